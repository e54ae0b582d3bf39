// Writes a workspace of many flags in all states, with names that try to be markup.
import { mkdirSync, writeFileSync } from "node:fs";

const [folder, count] = [process.argv[2], Number(process.argv[3])];
mkdirSync(folder, { recursive: true });
writeFileSync(
  `${folder}/flagc.toml`,
  `project = "shop"\nenvironments = [{ name = "staging" }, { name = "production", critical = true }]\n[stale.budget]\n"team-0" = 3\n`,
);
for (let number = 0; number < count; number += 1) {
  const serve = ['"on"', '"off"', "{ on = 50 }"][number % 3];
  const owner = number === 7 ? '<script>alert(1)</script>' : `team-${number % 6}`;
  const extra = number % 10 === 9 ? 'permanent = "a legal switch"\n' : "";
  const kind = ["release", "experiment", "ops", "permission"][number % 4];
  writeFileSync(
    `${folder}/flag-${number}.toml`,
    `description = "Change ${number}"\nkind = "${kind}"\nowner = "${owner}"\n${extra}serve = ${serve}\n`,
  );
}

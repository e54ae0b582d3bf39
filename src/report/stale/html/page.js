"use strict";
// The page is whole without this: it only sorts and filters what is there, and keeps how in the address.
(() => {
  const table = document.querySelector("table.flags");
  const form = document.querySelector("form");
  if (!table || !form) return;
  document.body.classList.add("scripted");

  const names = ["text", "state", "owner", "kind"];
  const heads = Array.from(table.tHead.rows[0].cells);
  const count = document.querySelector("#count");
  const collator = new Intl.Collator("en", { numeric: true });

  // Read once: what a row is filtered and sorted by.
  const rows = Array.from(table.tBodies[0].rows, (row) => {
    const said = Array.from(row.cells, (cell) => cell.textContent.trim());
    return {
      row,
      text: `${said[0]} ${said[2]}`.toLowerCase(),
      state: said[1],
      owner: said[2],
      kind: said[3],
      keys: Array.from(row.cells, (cell, index) => (cell.dataset.sort === undefined ? said[index] : Number(cell.dataset.sort))),
    };
  });

  const filter = () => {
    const words = form.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of rows) {
      const fits =
        words.every((word) => one.text.includes(word)) &&
        ["state", "owner", "kind"].every((name) => !form[name].value || one[name] === form[name].value);
      one.row.hidden = !fits;
      if (fits) shown += 1;
    }
    count.textContent = `${shown} of ${rows.length} flags`;
  };

  let sorted = "";
  const sort = (wanted) => {
    const [, index, order] = /^(\d)-(ascending|descending)$/.exec(wanted) ?? [];
    const sorts = heads[index]?.querySelector("button");
    const next = sorts ? wanted : "";
    if (next === sorted) return;
    sorted = next;
    const sign = order === "descending" ? -1 : 1;
    const compare = (a, b) => {
      const [x, y] = [a.keys[index], b.keys[index]];
      return sign * (typeof x === "number" && typeof y === "number" ? x - y : collator.compare(x, y));
    };
    // The order of the file is by how pressing a flag is; rows that are alike keep it.
    const ordered = sorts ? rows.slice().sort(compare) : rows;
    table.tBodies[0].append(...ordered.map((one) => one.row));
    heads.forEach((head, other) => {
      if (head.hasAttribute("aria-sort")) head.setAttribute("aria-sort", sorts && other === Number(index) ? order : "none");
    });
  };

  const remember = () => {
    const parts = new URLSearchParams();
    for (const name of names) if (form[name].value) parts.set(name, form[name].value);
    if (sorted) parts.set("sort", sorted);
    history.replaceState(null, "", `#${parts}`);
  };

  const recall = () => {
    const parts = new URLSearchParams(location.hash.slice(1));
    for (const name of names) form[name].value = parts.get(name) ?? "";
    // What no flag has cannot be chosen; all are shown then.
    for (const select of form.querySelectorAll("select")) if (select.selectedIndex < 0) select.value = "";
    sort(parts.get("sort") ?? "");
    filter();
  };

  heads.forEach((head, index) => {
    head.querySelector("button")?.addEventListener("click", () => {
      sort(`${index}-${head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending"}`);
      remember();
    });
  });
  form.addEventListener("input", () => {
    filter();
    remember();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    // The fields are empty only after this event.
    setTimeout(() => {
      sort("");
      filter();
      remember();
      form.text.focus();
    });
  });
  addEventListener("hashchange", recall);
  recall();
})();

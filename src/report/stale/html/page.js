"use strict";
(() => {
  const table = document.querySelector("table.flags");
  if (!table) return;
  document.body.classList.add("scripted");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const form = document.querySelector("form");
  const count = document.querySelector("#count");
  const heads = Array.from(table.tHead.rows[0].cells);

  const filter = () => {
    const text = form.text.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits =
        (!text || row.dataset.text.includes(text)) &&
        ["state", "owner", "kind"].every((name) => !form[name].value || row.dataset[name] === form[name].value);
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    count.textContent = `${shown} of ${rows.length} flags`;
  };

  const sort = (index, order) => {
    const key = (row) => row.cells[index].dataset.sort ?? row.cells[index].textContent;
    const sign = order === "descending" ? -1 : 1;
    const compare = (a, b) => {
      const [one, other] = [key(a), key(b)];
      const [x, y] = [Number(one), Number(other)];
      const by = Number.isNaN(x) || Number.isNaN(y) ? (one < other ? -1 : one > other ? 1 : 0) : x - y;
      return sign * by || rows.indexOf(a) - rows.indexOf(b);
    };
    body.append(...rows.slice().sort(compare));
    heads.forEach((head, other) => {
      if (other === index) head.setAttribute("aria-sort", order);
      else if (head.hasAttribute("aria-sort")) head.setAttribute("aria-sort", "none");
    });
  };

  const remember = () => {
    const parts = new URLSearchParams();
    for (const name of ["text", "state", "owner", "kind"]) if (form[name].value) parts.set(name, form[name].value);
    const sorted = heads.findIndex((head) => ["ascending", "descending"].includes(head.getAttribute("aria-sort")));
    if (sorted >= 0) parts.set("sort", `${sorted}-${heads[sorted].getAttribute("aria-sort")}`);
    history.replaceState(null, "", `#${parts}`);
  };

  heads.forEach((head, index) => {
    const button = head.querySelector("button");
    if (!button) return;
    button.addEventListener("click", () => {
      sort(index, head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending");
      remember();
    });
  });
  form.addEventListener("input", () => { filter(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());

  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const name of ["text", "state", "owner", "kind"]) if (wanted.has(name)) form[name].value = wanted.get(name);
  const sorted = /^(\d+)-(ascending|descending)$/.exec(wanted.get("sort") ?? "");
  if (sorted && heads[sorted[1]]?.querySelector("button")) sort(Number(sorted[1]), sorted[2]);
  filter();
})();

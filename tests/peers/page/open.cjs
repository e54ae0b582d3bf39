// What a person does with the page, and what the page must not do.
const { chromium } = require("playwright-core");

const [browserPath, file, count] = [process.argv[2], process.argv[3], Number(process.argv[4])];
let passed = 0;
const check = (fact, what) => {
  if (!fact) {
    console.error(`failed: ${what}`);
    process.exitCode = 1;
  } else passed += 1;
};

// In the page: every pair of colours in which text is set, SVG's too, with the WCAG 2.1 contrast of the pair and a sample.
const contrasts = () => {
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour)
      .slice(0, 3)
      .map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || ["SCRIPT", "TITLE", "title", "OPTION"].includes(element.tagName) || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const ink = element instanceof SVGElement ? style.fill : style.color;
    let behind = element;
    while (behind.parentElement && parts(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const ground = getComputedStyle(behind).backgroundColor;
    const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
    found.set(`${ink} on ${ground}`, { ratio: (high + 0.05) / (low + 0.05), text: text.slice(0, 40) });
  }
  return Array.from(found, ([pair, { ratio, text }]) => ({ pair, ratio, text }));
};

// A page with all network refused, and a list of all that goes wrong on it.
const open = async (browser, options, hash = "") => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("dialog", (dialog) => wrong.push(dialog.message()));
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url.split("#")[0] === `file://${file}`) return route.continue();
    wrong.push(`asked for ${url}`);
    return route.abort();
  });
  const begin = Date.now();
  await page.goto(`file://${file}${hash}`);
  await page.evaluate(() => document.body.getBoundingClientRect().height);
  return { page, wrong, took: Date.now() - begin };
};

const shown = (page) =>
  page.evaluate(() => Array.from(document.querySelectorAll(".flags tbody tr")).filter((row) => row.getClientRects().length).length);
const keys = (page, rows) =>
  page.evaluate(
    (rows) => Array.from(document.querySelectorAll(".flags tbody tr:not([hidden]) th code"), (key) => key.textContent).slice(0, rows),
    rows,
  );
const focused = (page) => page.evaluate(() => document.activeElement.name || document.activeElement.textContent);
const tabTo = async (page, what) => {
  for (let stop = 0; stop < 30; stop += 1) {
    if ((await focused(page)) === what) return;
    await page.keyboard.press("Tab");
  }
  check(false, `Tab leads to ${what}`);
};

// The keyboard alone: search, choose, sort both ways, show all again.
const byKeyboard = async (page) => {
  const first = await keys(page, 5);
  await tabTo(page, "text");
  await page.keyboard.type("flag-19");
  check((await shown(page)) === 111, `typing filters: ${await shown(page)}`);
  check((await page.locator("#count").textContent()) === `111 of ${count} flags`, "the count is told");
  check((await page.evaluate(() => location.hash)) === "#text=flag-19", "the address remembers the filter");
  await page.keyboard.type(" hange 199");
  check((await shown(page)) === 11, "all words must occur, in what the flag is for too");
  await tabTo(page, "kind");
  await page.keyboard.type("ops");
  check((await keys(page, 9)).join() === "flag-1990,flag-1994,flag-1998", `a kind is chosen: ${await keys(page, 9)}`);
  await tabTo(page, "Flag");
  const ring = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  check(ring, "one sees where the focus is");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  check((await keys(page, 9)).join() === "flag-1998,flag-1994,flag-1990", "sorted down by key");
  const head = page.locator(".flags thead th", { hasText: "Flag" });
  check((await head.getAttribute("aria-sort")) === "descending", "the column says that it is sorted down");
  check((await page.evaluate(() => location.hash)).endsWith("&sort=0-descending"), "the address remembers the order");
  await page.keyboard.press("Shift+Tab");
  check((await focused(page)) === "Show all", "back to the button that shows all");
  await page.keyboard.press("Space");
  await page.waitForFunction((all) => document.querySelector("#count").textContent === all, `${count} of ${count} flags`);
  check((await keys(page, 5)).join() === first.join(), "the first order is back");
  check((await page.evaluate(() => location.hash)) === "", "the address is empty again");
};

// By numbers where there are numbers: 2 before 10, and an older date before a younger one.
const sorted = async (page) => {
  for (const [name, index] of [["Flag", 0], ["Since", 4]]) {
    await page.locator("thead button", { hasText: name }).click();
    const values = await page.evaluate((index) => {
      const rows = Array.from(document.querySelectorAll(".flags tbody tr"));
      return rows.map(({ cells }) => Number(index ? cells[index].dataset.sort : cells[0].textContent.match(/flag-(\d+)/)[1]));
    }, index);
    check(values.every((value, at) => !at || values[at - 1] <= value), `${name} is in order`);
  }
};

(async () => {
  const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of [[1280, 900], [400, 800]]) {
      const what = `${colorScheme}, ${width} pixels`;
      const { page, wrong, took } = await open(browser, { colorScheme, viewport: { width, height } });
      check(took < 10_000, `${what}: the page opens in ${took} ms`);
      check((await shown(page)) === count, `${what}: all flags are shown`);
      check((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${what}: nothing stands out at the side`);
      for (const { pair, ratio, text } of await page.evaluate(contrasts)) {
        check(ratio >= 4.5, `${what}: ${pair} has a contrast of ${ratio.toFixed(2)}, in "${text}"`);
      }
      if (width > 1000) {
        await byKeyboard(page);
        await sorted(page);
        const filtering = await page.evaluate(() => {
          const begin = performance.now();
          document.querySelector("form").text.value = "flag-7";
          document.querySelector("form").text.dispatchEvent(new Event("input", { bubbles: true }));
          document.body.getBoundingClientRect();
          return performance.now() - begin;
        });
        check(filtering < 1_000, `${what}: filtering takes ${filtering.toFixed(0)} ms`);
        console.log(`${what}: opened in ${took} ms, filtered in ${filtering.toFixed(0)} ms`);
      }
      check(wrong.length === 0, `${what}: ${wrong.join("; ")}`);
      await page.context().close();
    }
  }

  const link = "#state=launched&owner=team-0&sort=0-descending";
  const linked = await open(browser, {}, link);
  check((await keys(linked.page, 2)).join() === "flag-1992,flag-1980", `an address says what is shown: ${await keys(linked.page, 2)}`);
  await linked.page.locator(".counts a", { hasText: "permanent" }).click();
  await linked.page.waitForFunction(() => document.querySelector("form").state.value === "permanent");
  check((await shown(linked.page)) === count / 10, "a count leads to its flags");
  await linked.page.goto(`file://${file}#state=nonsense&sort=9-up`);
  check((await shown(linked.page)) === count, "an address that makes no sense shows all");
  check(linked.wrong.length === 0, linked.wrong.join("; "));

  const { page } = await open(browser, { javaScriptEnabled: false });
  check((await shown(page)) === count, "without scripts the table is whole");
  check((await page.locator("form").isVisible()) === false, "without scripts there are no fields that do nothing");
  check((await page.locator(".life rect").count()) >= count, "without scripts the pictures are there");
  await browser.close();
  console.log(`${passed} passed`);
})();

import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { Avatar, Badge, Mark } from "../../../console/parts/badge";
import { Sparkline, StackedChart } from "../../../console/parts/chart";
import { addressWith, Chips } from "../../../console/parts/chips";
import { Icon } from "../../../console/parts/icon";
import { Beside, openAddress } from "../../../console/parts/list-page";
import { Outcome } from "../../../console/parts/outcome";
import { PageHead } from "../../../console/parts/page-head";
import { Table } from "../../../console/parts/table";
import { passingParameters } from "../../../console/parts/with-query";
import { outcomes } from "../../../engine/sign-up/recording";

const html = (child: Child) => String(child);
/** Somebody who looks at a page of that address. */
function at(address: string): Visit {
  const url = new URL(address, "https://console.example");
  const context = { req: { url: url.href, path: url.pathname } };
  return {
    context,
    language: "en",
    query: (name: string) => url.searchParams.get(name) ?? "",
    say: (texts: { en: unknown }) => texts.en,
  } as never;
}

it("an icon has the colour of its words, and is hidden from screen readers", () => {
  expect(html(Icon({ name: "undo" }))).toMatch(/^<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M/);
});

it.each(outcomes)("the outcome %s is shown as a word with a dot", (kind) => {
  expect(html(Outcome({ kind, children: "Refused" }))).toBe(`<span class="outcome ${kind}">Refused</span>`);
});

it.each([
  { tone: undefined, is: "tag" },
  { tone: "bad", is: "tag bad" },
] as const)("a badge has the tone $tone", ({ tone, is }) => {
  expect(html(Badge({ tone, children: "new" }))).toBe(`<span class="${is}">new</span>`);
});

it("a mark is shown as an icon in a tinted square", () => {
  expect(html(Mark({ tone: "warn", icon: "expiry" }))).toContain('<span class="mark warn"><svg');
});

it.each([
  ["Mira Sand", "MS"],
  ["Jae von Park", "JP"],
  ["kim@contoso.com", "KC"],
  ["김", "김"],
  ["", "?"],
])("%s is abbreviated as %s", (name, initials) => {
  expect(html(Avatar({ name }))).toContain(`>${initials}<`);
});

it("a cell on a phone shows its column's name unless the column holds numbers", () => {
  const table = (column: Parameters<typeof Table<string>>[0]["columns"][number]) =>
    html(Table({ caption: "Sign-ins", columns: [["Time", String], column], rows: ["1"] }));
  expect(table(["Name", String])).toContain('<th scope="row">1</th><td data-column="Name">1</td>');
  expect(table([{ name: "Count", number: true }, String])).toContain('<td class="number">1</td>');
});

describe("a page's head", () => {
  const views = {
    label: "Views",
    each: [
      { name: "Open", path: "/", isHere: true, count: 8 },
      { name: "Failed", path: "/?view=failed", isHere: false, count: "1,000+", tone: "bad" as const },
      { name: "Done", path: "/?view=done", isHere: false },
    ],
  };

  it("shows its name, its views with their counts, and its actions", () => {
    const head = html(PageHead({ title: "Inbox", views, actions: "Export" }));
    expect(head).toContain("<h1>Inbox</h1>");
    expect(head).toContain('<a href="/" aria-current="page">Open <span class="count">8</span></a>');
    expect(head).toContain('<a href="/?view=failed">Failed <span class="count bad">1,000+</span></a>');
    expect(head).toContain('<a href="/?view=done">Done</a>');
    expect(head).toContain('<div class="actions">Export</div>');
  });

  it("shows neither views nor actions if there are none", () => {
    expect(html(PageHead({ title: "Inbox" }))).toBe('<div class="page-head"><h1>Inbox</h1></div>');
  });
});

describe("filter chips", () => {
  const visit = at("/decisions?gate=customers&view=today&after=cursor&open=K7QD&done=x&q=");
  const chip = (name: string, set?: string) => ({ name, set, parameters: [name], fields: "" });

  it("open the form of an unset filter, which keeps the other filters and leads to the first page", () => {
    const line = html(Chips({ visit, chips: [chip("outcome")] }));
    expect(line).toMatch(/<div class="chip"><details.*<\/svg> outcome<\/summary><form method="get" action="\/decisions"/);
    expect(line.match(/type="hidden" name="\w+" value="\w+"/g)).toEqual([
      'type="hidden" name="gate" value="customers"',
      'type="hidden" name="view" value="today"',
    ]);
  });

  it("show the value of a set filter, and link to the list without that filter", () => {
    const line = html(Chips({ visit, chips: [chip("gate", "Customers")] }));
    expect(line).toContain("gate: <b>Customers</b>");
    expect(line).toContain('<a href="/decisions?view=today" aria-label="Remove the filter gate">');
    expect(line).not.toContain('name="gate"');
  });

  it("appear after the search and before the total", () => {
    const line = html(Chips({ visit, chips: [], search: { parameter: "q", label: "Address" }, total: "7 decisions" }));
    expect(line).toMatch(/<input type="search" id="q" name="q" value="" aria-label="Address".*<span class="total">7 decisions/);
  });

  it("link to an address with some parameters replaced", () => {
    expect(addressWith(visit, ["gate"], { from: "2026-11-21" })).toBe("/decisions?view=today&from=2026-11-21");
    expect(addressWith(at("/decisions?gate=x"), ["gate"], {})).toBe("/decisions");
  });

  it.each(passingParameters)("link to an address without the result of the last action: %s", (name) => {
    const passed = at(`/decisions?gate=x&${name}=1`);
    expect(addressWith(passed, [], { q: "kim" })).toBe("/decisions?gate=x&q=kim");
    expect(openAddress(passed, "a")).toBe("/decisions?gate=x&open=a");
  });
});

describe("a list with a panel", () => {
  const visit = at("/decisions?gate=customers&after=cursor&open=K7QD&done=x");

  it("shows the open row's panel with a link back to the same list", () => {
    const page = html(Beside({ visit, list: "rows", panel: "what it is", label: "Decision" }));
    expect(page).toContain('<div class="beside open" id="beside"><div class="list">rows</div><aside class="panel" aria-label="Decision"');
    expect(page).toContain('<a class="close" href="/decisions?gate=customers&amp;after=cursor" aria-label="Close">');
  });

  it("shows no panel if no row is open", () => {
    const page = html(Beside({ visit, list: "rows", panel: undefined, label: "Decision" }));
    expect(page).toBe('<div class="beside" id="beside"><div class="list">rows</div></div>');
  });

  it("opens another row without changing filters and page", () => {
    expect(openAddress(visit, "P9JM")).toBe("/decisions?gate=customers&after=cursor&open=P9JM");
  });
});

describe("a chart", () => {
  const bar = (label: string, path: string) => ({ label, path, spoken: `${label}: 4` });
  const chart = html(
    StackedChart({
      label: "Sign-ups an hour",
      language: "en",
      children: "the same",
      bars: [
        {
          ...bar("10:00", "/decisions?from=10"),
          parts: [
            { color: "continue", count: 3 },
            { color: "waiting", count: 1 },
          ],
          typical: 5,
        },
        {
          ...bar("11:00", "/decisions?from=11"),
          parts: [
            { color: "invalid", count: 0 },
            { color: "block", count: 40 },
          ],
          typical: 6,
          isFailing: true,
          isHere: true,
        },
      ],
    }),
  );

  it("has one link per bar, with an accessible name and the height of the plot", () => {
    expect(chart.match(/<a [^>]*>/g)).toEqual([
      '<a href="/decisions?from=10" aria-label="10:00: 4">',
      '<a href="/decisions?from=11" aria-label="11:00: 4" aria-current="true">',
    ]);
    expect(chart).toContain('<rect class="hit" x="50%" width="50%" y="0" height="88"></rect>');
  });

  it("is named once; a screen reader and the Tab key skip bars of nobody", () => {
    const empty = { ...bar("12:00", "/decisions?from=12"), parts: [{ color: "block", count: 0 }] };
    const bars = [empty, { ...empty, isHere: true }, { ...empty, isFailing: true }];
    const named = html(StackedChart({ label: "By hour", language: "en", bars }));
    expect(named).toMatch(/^<figure class="chart" aria-label="By hour">/);
    expect(named.match(/By hour/g)).toHaveLength(1);
    expect(named.match(/<a [^>]*>/g)?.map((link) => link.includes('aria-hidden="true" tabindex="-1"'))).toEqual([true, false, false]);
    expect(named.match(/<text [^>]*>12:00/g)?.every((text) => text.includes('aria-hidden="true"'))).toBe(true);
  });

  it("stacks outcomes with gaps of a pixel, in the legend's order", () => {
    expect(chart).toContain('<rect class="continue" x="6.5%" width="37%" y="82.4" height="5.6"');
    expect(chart).toMatch(/class="waiting"[^>]*y="80\.2" height="1\.2"/);
    expect(chart).not.toContain('class="invalid"');
  });

  it("draws the typical value, tints failing bars, and comes with a table of the same data", () => {
    expect(chart.match(/<line x1/g)).toHaveLength(3);
    expect(chart.match(/class="failing"/g)).toHaveLength(1);
    expect(chart).toContain("<summary>As a table</summary>the same");
  });
});

it("a sparkline has one bar per value, and a flat mark instead of the bar if the value is zero", () => {
  const line = html(Sparkline({ values: [0, 5, 10], kind: "block", label: "Refused" }));
  expect(line).toContain('role="img" aria-label="Refused"');
  expect(line.match(/class="(\w+)" x="[\d.]+" y="[\d.]+" width="[\d.]+" height="([\d.]+)"/g)).toHaveLength(3);
  expect(line).toMatch(/class="rest".*class="block".*height="10\.0".*class="block".*height="20\.0"/);
});

it("a table marks the open row, and has a checkbox per row with the whole cell as its target", () => {
  const choices = { field: "entry", all: "Select all", each: (row: string) => ({ value: row, label: `Select ${row}` }) };
  const columns = [["Entry", (row: string) => row.toUpperCase()]] as const;
  const table = html(Table({ caption: "Entries", columns, rows: ["1", "2"], keyOf: (row) => row, current: "2", choices, empty: "" }));
  expect(table).toContain('<tr data-key="2" aria-current="true"><td class="check"><label><input type="checkbox" name="entry" value="2"');
  expect(table).toContain('<tr data-key="1"><td');
  expect(table).toContain('data-check-all="entry"');
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { findKeyAndProblems } from "../../../features/access-list/hygiene";
import { candidates, match } from "../../../features/access-list/match";
import { broadRows } from "../../../features/access-list/overlap";
import { findingsAmong, type LintProblem, lintRow } from "../../../features/access-list/verbs/lint";
import { gatehouse, jsonLines, surroundings } from "../../cli/support";

const around = surroundings();
const { folder } = around;

const path = join(folder, "list.csv");

async function lintFile(...rows: string[]): Promise<readonly string[]> {
  writeFileSync(
    path,
    `entry,effect,issuer,note,expiresAt\n${rows.map((row) => row + ",".repeat(4 - (row.match(/,/g)?.length ?? 0))).join("\n")}\n`,
  );
  const found = jsonLines(await gatehouse("list", "lint", path, "--json")) as LintProblem[];
  return found.map(({ kind, entry, line }) => `${line} ${kind} ${entry}`).toSorted();
}

describe("list lint", () => {
  it.each([
    { rows: ["a.example,alow"], finds: ["2 mistyped a.example"] },
    { rows: ["kim@,allow"], finds: ["2 mistyped kim@"] },
    { rows: ["a.example,allow,,,soon"], finds: ["2 mistyped a.example"] },
    { rows: ["a.example,allow,,,2020-01-31"], finds: ["2 expired a.example"] },
    {
      rows: ["*,allow", "*.com,allow", "gmail.com,allow", "issuer:mail,allow", "disposable,allow"],
      finds: [
        "2 too open *",
        "3 shadowed *.com",
        "3 too open *.com",
        "4 shadowed gmail.com",
        "4 too open gmail.com",
        "5 shadowed issuer:mail",
        "5 too open issuer:mail",
        "6 shadowed disposable",
        "6 too open disposable",
      ],
    },
    { rows: ["*.or.kr,allow", "*.gob.mx,deny"], finds: ["2 too open *.or.kr"] },
    {
      rows: ["a.example,deny,gogle.com"],
      finds: ["2 unknown provider a.example"],
    },
    {
      rows: ["a.example,deny,tiktok", "issuer:tiktok/1,deny", "issuer:https://idp/saml,deny", "issuer:https:%2f%2fidp%2fsaml/1,deny"],
      finds: ["2 unknown provider a.example", "3 unknown provider issuer:tiktok/1"],
    },
    { rows: ["a.example,allow", "@A.example,allow"], finds: ["3 duplicate @A.example"] },
    { rows: ["a.example,allow", "@A.example,deny"], finds: ["3 contradictory @A.example"] },
    { rows: ["kim@a.example,deny", "kim+x@a.example,allow"], finds: ["3 contradictory kim+x@a.example"] },
    { rows: ["a.example,deny", "kim@a.example,deny"], finds: ["3 shadowed kim@a.example"] },
    {
      rows: ["*.b.example,allow", "*.a.b.example,allow", "a.b.example,allow", "kim@x.a.b.example,allow"],
      finds: ["3 shadowed *.a.b.example", "4 shadowed a.b.example", "5 shadowed kim@x.a.b.example"],
    },
    // What comes between, or ends earlier, or counts for fewer people, makes the row count.
    { rows: ["*.b.example,allow", "a.b.example,deny", "kim@a.b.example,allow"], finds: [] },
    { rows: ["a.example,allow,,,2099-01-01", "kim@a.example,allow"], finds: [] },
    { rows: ["a.example,allow,google", "kim@a.example,allow"], finds: [] },
    { rows: ["*,deny", "relay,allow", "a.example,deny"], finds: ["3 too open relay"] },
    { rows: ["a.example,allow", "kim@a.example,deny", "*.a.example,deny"], finds: [] },
  ])("finds $finds in $rows", async ({ rows, finds }) => expect(await lintFile(...rows)).toEqual(finds));

  it("reports the findings of a file by kind, the worst first, then in the order of its lines", async () => {
    writeFileSync(path, "entry,effect\n@A.example,allow\na.example,allow\nkim@,allow\nb.example,deny\nkim@b.example,deny\n*.com,allow\n");
    const { stdout, stderr } = await gatehouse("list", "lint", path);
    expect(stdout.match(/:\d+: [a-z ]+/g)).toEqual([":7: too open", ":4: mistyped", ":3: duplicate", ":6: shadowed"]);
    expect(stderr).toBe("4 findings: 1 too open, 1 mistyped, 1 duplicate, 1 shadowed.\n");
  });

  it("reports superfluous rows in one line of text for each broader entry, and each row in JSON", async () => {
    const people = Array.from({ length: 250 }, (_, index) => `person${String(index).padStart(3, "0")}@a.b.example,allow`);
    writeFileSync(path, `entry,effect\n${people.join("\n")}\nkim@c.b.example,allow\n*.b.example,allow\n`);
    const { stdout, stderr } = await gatehouse("list", "lint", path);
    expect(stdout).toBe(
      "shadowed: *.b.example says the same as 251 entries, and no entry between them says otherwise: " +
        "person000@a.b.example (line 2), person001@a.b.example (line 3), person002@a.b.example (line 4) ...\n",
    );
    expect(stderr).toBe("251 findings: 251 shadowed.\n");
    expect(jsonLines(await gatehouse("list", "lint", path, "--json"))).toHaveLength(251);
    for (const { entry } of [{ entry: "c.b.example" }, { entry: "a.b.example" }]) await around.instance.putRow({ entry, effect: "deny" });
    await around.instance.putRow({ entry: "*.b.example", effect: "deny" });
    expect((await gatehouse("list", "lint", ...around.instance.local)).stdout).toBe(
      "shadowed: *.b.example says the same as 2 entries, and no entry between them says otherwise: a.b.example, c.b.example\n",
    );
  });

  it("reports its findings about the list, and ends with exit code 2", async () => {
    await around.instance.putRow({ entry: "gmail.com", effect: "allow" });
    await around.instance.putRow({ entry: "@contoso.com", effect: "allow" });
    const { exitCode, stdout, stderr } = await gatehouse("list", "lint", ...around.instance.local);
    expect(exitCode).toBe(2);
    expect(stdout.trim().split("\n")).toEqual([
      "too open: gmail.com: Anyone can get an address at gmail.com: this lets in everyone who has one.",
      "mistyped: @contoso.com: it belongs under contoso.com, and the worker has not moved it",
    ]);
    expect(stderr).toBe("2 findings: 1 too open, 1 mistyped.\n");
  });

  it("ends with exit code 0 if it finds nothing", async () => {
    await around.instance.putRow({ entry: "contoso.com", effect: "allow" });
    expect(await gatehouse("list", "lint", ...around.instance.local)).toEqual({ exitCode: 0, stdout: "", stderr: "Nothing found.\n" });
  });

  it("calls a row shadowed only if the list without that row gives everyone the same answer", () => {
    const now = new Date("2026-06-15T12:00:00Z");
    const addresses = [
      "kim@contoso.com",
      "kim+a@contoso.com",
      "k.im@gmail.com",
      "kim@googlemail.com",
      "kim.+a@outlook.com",
      "lee@a.contoso.com",
      "x@y.example",
    ];
    const row = fc.record({
      entry: fc.constantFrom(
        ...addresses,
        "contoso.com",
        "a.contoso.com",
        "gmail.com",
        "outlook.com",
        "*.contoso.com",
        "*.com",
        "disposable",
        "relay",
        "issuer:google.com",
        "issuer:mail",
        "*",
      ),
      effect: fc.constantFrom("allow", "deny"),
      issuer: fc.constantFrom(undefined, undefined, "google.com"),
      expiresAt: fc.constantFrom(undefined, undefined, "2026-06-20"),
    });
    const identities = [[], [{ issuer: "google.com", issuerAssignedId: "1" }], [{ issuer: "mail" }]];
    const classes = [[], ["disposable"], ["disposable", "relay"]] as const;
    const said = (rows: ReadonlyMap<string, Record<string, unknown>>) =>
      addresses.flatMap((email) =>
        identities.flatMap((each) =>
          classes.flatMap((among) =>
            [now, new Date("2026-07-01T00:00:00Z")].map(
              (moment) => match({ email, identities: each }, among, (key) => rows.get(key), moment).listed,
            ),
          ),
        ),
      );
    expect(candidates({ email: "kim@contoso.com", identities: [] }, []).length).toBeGreaterThan(3);
    let found = 0;
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), (typed) => {
        const table = new Map(typed.map((cells) => [findKeyAndProblems(cells).key, { ...cells, entry: findKeyAndProblems(cells).key }]));
        const rows = [...table.values()].map((cells) => lintRow(cells));
        const broad = broadRows();
        for (const each of rows) broad.add(each, now);
        const whole = said(table);
        for (const { kind, entry } of findingsAmong(rows, broad, now)) {
          if (kind !== "shadowed") continue;
          found += 1;
          expect(said(new Map([...table].filter(([key]) => key !== entry)))).toEqual(whole);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(found).toBeGreaterThan(100);
  });
});

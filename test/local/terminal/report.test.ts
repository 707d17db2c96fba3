import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reporter } from "../../../local/terminal/report";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const logFile = join(folder, "functions.log");
const printed: string[] = [];
const report = reporter((line) => printed.push(line.replace(/^\d\d:\d\d:\d\d {2}/, "")), logFile, "UTC");
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => printed.splice(0));

const answer = { route: "/step", status: 200, responseType: undefined, requestId: "r-1", durationMs: 7, output: [] };
const decided = { message: "decided", verdict: "block", rule: "access-list", reasons: ["access-list.denied"], reference: "K7Q9-9MXD" };

describe("report", () => {
  it.each([
    { given: { output: [JSON.stringify(decided)] }, line: "step  block  access-list  access-list.denied  7 ms  ref K7Q9-9MXD" },
    {
      given: { output: ["no JSON", '{"_aws":{},"verdict":"block"}', '{"verdict":"continue","reference":"A"}'] },
      line: "step  continue  7 ms  ref A",
    },
    {
      given: { output: ['{"verdict":"invalid","rule":"validate","reasons":["a","b"],"reference":"A"}'] },
      line: "step  invalid  validate  a, b  7 ms  ref A",
    },
    {
      given: { output: ['{"verdict":"block","reasons":["gatehouse.unavailable"],"failure":{"why":"read","error":"AbortError"}}'] },
      line: "step  block  gatehouse.unavailable  failed: read, AbortError  7 ms",
    },
    { given: { status: 401, responseType: "UNAUTHORIZED" }, line: "step  401  UNAUTHORIZED  7 ms" },
    { given: { responseType: "THROTTLED" }, line: "step  static block page  THROTTLED  7 ms  ref r-1" },
    { given: { route: undefined, status: 403, responseType: "X" }, line: "unknown path  403  X  7 ms" },
  ])("tells of $given", ({ given, line }) => {
    report.answered({ ...answer, ...given });
    expect(printed).toEqual([line]);
  });

  it("tells on what functions write, but for decisions and metrics, and logs it all", () => {
    const lines = [
      JSON.stringify(decided),
      '{"_aws":{},"message":"x","Decisions":1}',
      '{"level":"INFO","message":"row moved"}',
      "a rule's own words",
    ];
    report.output("Hygiene", lines);
    expect(printed).toEqual(["Hygiene  INFO  row moved", "Hygiene  a rule's own words"]);
    expect(readFileSync(logFile, "utf8")).toBe(lines.map((line) => `${line}\n`).join(""));
  });
});

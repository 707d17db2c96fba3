import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessKeyIn, newAccessKey } from "../../../local/aws/access-key";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const file = join(folder, "access-key.json");
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(file, { force: true }));

describe("the access key in a file", () => {
  it("is made once, readable only for its owner", () => {
    const made = accessKeyIn(file);
    expect(made).toEqual({
      accessKeyId: expect.stringMatching(/^LOCAL[0-9A-F]{16}$/),
      secretAccessKey: expect.stringMatching(/^[\w-]{40}$/),
      region: "us-east-1",
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(accessKeyIn(file)).toEqual(made);
  });

  it.each([
    { given: "nothing", text: "" },
    { given: "half of a key", text: JSON.stringify(newAccessKey()).slice(0, 40) },
    { given: "no object", text: "null" },
    { given: "a key without its secret", text: JSON.stringify({ ...newAccessKey(), secretAccessKey: undefined }) },
    { given: "a secret that is a number", text: JSON.stringify({ ...newAccessKey(), secretAccessKey: 1 }) },
  ])("is replaced by a new one if the file holds $given", ({ text }) => {
    writeFileSync(file, text);
    const made = accessKeyIn(file);
    expect(made.accessKeyId).toMatch(/^LOCAL/);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(made);
  });

  it("is a new random key each time", () => {
    expect(newAccessKey().secretAccessKey).not.toBe(newAccessKey().secretAccessKey);
  });
});

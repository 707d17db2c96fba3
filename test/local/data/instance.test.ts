import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Instance, readInstance, removeInstance, writeInstance } from "../../../local/data/instance";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const file = join(folder, "instance.json");
afterAll(() => rmSync(folder, { recursive: true }));

const instance = { pid: process.pid, apiUrl: "http://127.0.0.1:1", data: folder } as Instance;
/** Above the largest process id that Linux gives. */
const NOBODY = 2 ** 22 + 1;

describe("the instance file", () => {
  it("exists while its process runs, and only its owner can read it", () => {
    writeInstance(instance, folder);
    expect(readInstance(folder)).toEqual(instance);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    removeInstance(folder);
    expect(readInstance(folder)).toBeUndefined();
  });

  it.each([JSON.stringify({ ...instance, pid: NOBODY }), '{"pid":0}', "{"])("is ignored if it holds %s", (text) => {
    writeFileSync(file, text);
    expect(readInstance(folder)).toBeUndefined();
  });

  it("is not removed if it belongs to another process", () => {
    writeInstance({ ...instance, pid: process.ppid }, folder);
    removeInstance(folder);
    expect(readInstance(folder)?.pid).toBe(process.ppid);
  });
});

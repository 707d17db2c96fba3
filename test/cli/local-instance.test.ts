import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findInstance, localInstance } from "../../cli/deployment";
import { type Instance, pointTo, removeInstance, writeInstance } from "../../local/data/instance";

const home = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
afterAll(() => rmSync(home, { recursive: true }));

/** A start of this process or of the one that began it: both live. */
function started(name: string, pid = process.pid): Instance {
  const instance = { pid, data: join(home, name), apiUrl: `http://127.0.0.1/${name}` } as Instance;
  writeInstance(instance, instance.data);
  if (name !== ".") pointTo(instance, home);
  return instance;
}

// One story, in order.
describe("--local without --data", () => {
  it("says that no instance is running", () => {
    expect(findInstance({}, home)).toBeUndefined();
    expect(() => localInstance({}, home)).toThrow("No npm start is running: start one in another terminal and repeat the command.");
    expect(() => localInstance({ data: "/x" }, home)).toThrow("No npm start is running on the data folder /x: ");
  });

  it("finds the only running instance, wherever its data is", () => {
    const instance = started("one");
    expect(localInstance({}, home)).toEqual(instance);
  });

  it("asks which instance is meant if several are running", () => {
    const other = started("two", process.ppid);
    const lines = ["one", "two"].map((name) => `  --local --data '${join(home, name)}'  http://127.0.0.1/${name}`);
    const ask = () => findInstance({}, home);
    expect(ask).toThrow(/^2 npm starts are running. Say which one you mean:\n/);
    for (const line of lines) expect(ask).toThrow(line);
    expect(findInstance({ data: other.data }, home)).toEqual(other);
  });

  it("prefers the instance on the default folder", () => {
    const standing = started(".");
    expect(localInstance({}, home)).toEqual(standing);
    removeInstance(home);
  });
});

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertWritable, DataFolderError, hasHadSamples, markSamplesLoaded, temporaryFolder } from "../../local/data-folder";
import { Shutdown } from "../../local/shutdown";

const root = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
afterAll(() => rmSync(root, { recursive: true }));

describe("the data folder", () => {
  it("is made, for its owner alone, and left empty", () => {
    const folder = join(root, "a", "b");
    assertWritable(folder);
    expect(readdirSync(folder)).toEqual([]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it("may be there already", () => {
    const folder = join(root, "there");
    mkdirSync(folder);
    expect(() => assertWritable(folder)).not.toThrow();
  });

  it.each([
    { given: "a file of that name", folder: join(root, "file") },
    { given: "a file on the way to it", folder: join(root, "file", "data") },
    { given: "a file system in which nobody makes folders", folder: "/proc/gatehouse/data" },
  ])("cannot be written: $given", ({ folder }) => {
    writeFileSync(join(root, "file"), "");
    expect(() => assertWritable(folder)).toThrow(DataFolderError);
    expect(() => assertWritable(folder)).toThrow(/^The data folder \/\S+ cannot be written \([A-Z]+\); give another one: --data DIR$/);
  });

  it("gets the samples once", () => {
    expect(hasHadSamples(root)).toBe(false);
    markSamplesLoaded(root);
    expect(hasHadSamples(root)).toBe(true);
  });

  it("goes at the end if it is a temporary one", async () => {
    const shutdown = new Shutdown();
    const folder = temporaryFolder(shutdown);
    expect(existsSync(folder)).toBe(true);
    await shutdown.run();
    expect(existsSync(folder)).toBe(false);
  });
});

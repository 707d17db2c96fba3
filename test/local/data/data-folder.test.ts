import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  assertWritable,
  DataFolderError,
  hasHadSamples,
  keepPrivate,
  markSamplesLoaded,
  temporaryFolder,
} from "../../../local/data/data-folder";
import { Shutdown } from "../../../local/run/lasting";

const root = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
afterAll(() => rmSync(root, { recursive: true }));

describe("the data folder", () => {
  it("is created private and empty", () => {
    const folder = join(root, "a", "b");
    assertWritable(folder);
    expect(readdirSync(folder)).toEqual([]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it("may already exist", () => {
    const folder = join(root, "there");
    mkdirSync(folder);
    expect(() => assertWritable(folder)).not.toThrow();
  });

  it.each([
    { given: "a file of that name", folder: join(root, "file") },
    { given: "a file on the way to it", folder: join(root, "file", "data") },
    { given: "a file system in which nobody makes folders", folder: "/proc/gatehouse/data" },
  ])("is refused if it cannot be written: $given", ({ folder }) => {
    writeFileSync(join(root, "file"), "");
    expect(() => assertWritable(folder)).toThrow(DataFolderError);
    expect(() => assertWritable(folder)).toThrow(/^The data folder \/\S+ cannot be written \([A-Z]+\); give another one: --data DIR$/);
  });

  it("is made private together with the files of earlier starts, but other files keep their rights", () => {
    const folder = join(root, "open");
    mkdirSync(join(folder, "outbox"), { recursive: true });
    for (const name of ["secrets.json", join("outbox", "mail.txt"), "notes.txt"]) writeFileSync(join(folder, name), "");
    const modes = { ".": 0o755, outbox: 0o755, "secrets.json": 0o644, [join("outbox", "mail.txt")]: 0o644, "notes.txt": 0o644 };
    for (const [name, mode] of Object.entries(modes)) chmodSync(join(folder, name), mode);
    symlinkSync(join(folder, "notes.txt"), join(folder, "events.jsonl"));
    keepPrivate(folder);
    const now = Object.keys(modes).map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(now).toEqual([0o700, 0o700, 0o600, 0o600, 0o644]);
  });

  it("gets the samples only once", () => {
    expect(hasHadSamples(root)).toBe(false);
    markSamplesLoaded(root);
    expect(hasHadSamples(root)).toBe(true);
  });

  it("is removed at the end if it is temporary", async () => {
    const shutdown = new Shutdown();
    const folder = temporaryFolder(shutdown);
    expect(existsSync(folder)).toBe(true);
    await shutdown.run();
    expect(existsSync(folder)).toBe(false);
  });
});

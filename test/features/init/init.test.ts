import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { init } from "../../../features/init/verbs/init";

it("completes an app whose init was killed while its files were put in place", async () => {
  const scratch = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  try {
    for (const name of ["app", ".gatehouse-whole-app"]) mkdirSync(join(scratch, name));
    writeFileSync(join(scratch, "app", "bin"), "");
    writeFileSync(join(scratch, ".gatehouse-whole-app", "package.json"), "{}");
    const print = vi.fn();
    await init(join(scratch, "app"), { packageManager: "npm" }, { output: { print } } as never);
    expect(readdirSync(join(scratch, "app")).filter((name) => name !== ".git")).toEqual(["bin", "package.json"]);
    expect(readdirSync(scratch)).toEqual(["app"]);
    expect(print).toHaveBeenCalledWith(expect.stringContaining("cut off"));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackBrowser } from "../browser/unpack-browser";

/** @returns the teardown */
export default async function setup(): Promise<() => void> {
  // Quiets the SDK about the developer's Node version; what is deployed runs on Lambda's own.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  // The CDK's own check of templates takes most of the time of a synth: the suites that want its word turn it on.
  process.env.CDK_VALIDATION = "false";
  // Where it cannot run, the suites that need it say so.
  await unpackBrowser().catch(() => undefined);
  // Whatever the suites leave, such as synthesized apps, goes with them.
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

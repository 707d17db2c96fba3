import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackBrowser } from "../browser/browser";

export default async function setup(): Promise<void> {
  // Quiets the SDK about the developer's Node version; what is deployed runs on Lambda's own.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  rmSync(join(tmpdir(), "gatehouse-test-synth"), { recursive: true, force: true });
  // Where it cannot run, the suites that need it say so.
  await unpackBrowser().catch(() => undefined);
}

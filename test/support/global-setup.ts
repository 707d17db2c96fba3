import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Quiets the SDK about the developer's Node version; what is deployed runs on Lambda's own. */
export default function setup(): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  rmSync(join(tmpdir(), "gatehouse-test-synth"), { recursive: true, force: true });
}

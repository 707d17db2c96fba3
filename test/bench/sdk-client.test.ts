import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { steps } from "../../engine/sign-up/sign-up";
import { extensionRoutes } from "../../features/external-tenant/extension-events";
import { packageRoot } from "../../lib/package-root";

/** The AWS SDK's client in place of ours, as the benchmark has it. */
const sdkClient: Plugin = {
  name: "sdk-client",
  setup({ onResolve }) {
    onResolve({ filter: /\/client$/ }, ({ resolveDir, path }) =>
      join(resolveDir, path) === join(packageRoot, "adapters", "aws", "client")
        ? { path: join(packageRoot, "bench", "sdk-client.ts") }
        : undefined,
    );
  },
};

it.each([...steps, ...Object.values(extensionRoutes), "authorizer"])(
  "the benchmark's client has all that the function of %s takes from ours",
  async (name) => {
    const { errors } = await build({
      entryPoints: [join(packageRoot, "lambda", `${name}.ts`)],
      bundle: true,
      write: false,
      platform: "node",
      logLevel: "silent",
      plugins: [sdkClient],
      // The policy that ships has no file for some steps.
      external: ["#policy/before-sending-token"],
    });
    expect(errors).toEqual([]);
  },
);

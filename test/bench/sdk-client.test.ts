import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { steps } from "../../engine/sign-up/sign-up";
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

it.each(steps)("the benchmark's client has all that the function of %s takes from ours", async (step) => {
  const { errors } = await build({
    entryPoints: [join(packageRoot, "lambda", `${step}.ts`)],
    bundle: true,
    write: false,
    platform: "node",
    logLevel: "silent",
    plugins: [sdkClient],
  });
  expect(errors).toEqual([]);
});

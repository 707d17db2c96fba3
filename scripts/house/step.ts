import { join } from "node:path";
import { build } from "esbuild";

/** Lists the project's own files in the bundle of a step without rules, the smallest there is. */
export async function smallestStep(root: string): Promise<{ readonly files: readonly string[] }> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["lambda/before-sending-token.ts"],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "silent",
    plugins: [
      {
        name: "no policy",
        setup(own) {
          own.onResolve({ filter: /^#step-needs$/ }, () => ({ path: join(root, "features/no-step-needs.ts") }));
          own.onResolve({ filter: /^#policy\// }, ({ path }) => ({ path, namespace: "policy" }));
          own.onLoad({ filter: /.*/, namespace: "policy" }, () => ({
            contents: "export default { rules: [] };",
            resolveDir: join(root, "lambda"),
          }));
        },
      },
    ],
  });
  return { files: Object.keys(metafile.inputs).filter((path) => !path.startsWith("policy:")) };
}

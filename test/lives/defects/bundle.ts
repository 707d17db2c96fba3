import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { type Defect, defective } from "./defect";

interface Bundle {
  readonly root: string;
  /** From the root. */
  readonly entry: string;
  readonly outfile: string;
}

/** A program of the tests with a defect of the product built in. Nothing in the working tree is changed. */
export async function bundleWith(defect: Defect | undefined, { root, entry, outfile }: Bundle): Promise<void> {
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
    tsconfig: join(root, "tsconfig.json"),
    plugins: [
      {
        name: "defect",
        setup({ onLoad, onResolve }) {
          // Node wants more of an import of JSON than TypeScript writes.
          onResolve({ filter: /^[^.].*\.json$/ }, ({ path }) => ({ path: createRequire(import.meta.url).resolve(path) }));
          if (defect === undefined) return;
          const file = resolve(root, defect.file);
          onLoad({ filter: /\.tsx?$/ }, ({ path }) =>
            path === file ? { contents: defective(root, defect), loader: file.endsWith("x") ? "tsx" : "ts" } : undefined,
          );
        },
      },
    ],
  });
}

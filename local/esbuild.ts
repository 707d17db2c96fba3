type Esbuild = typeof import("esbuild");

let users = 0;

/** Ends esbuild's process, which would hold 50 MB, once nobody uses it. */
export async function useEsbuild<T>(use: (esbuild: Esbuild) => Promise<T>): Promise<T> {
  const esbuild = require("esbuild") as Esbuild;
  users += 1;
  try {
    return await use(esbuild);
  } finally {
    users -= 1;
    if (users === 0) await esbuild.stop();
  }
}

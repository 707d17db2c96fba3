import { type FSWatcher, watch } from "node:fs";
import { dirname, join } from "node:path";
import { appRoot } from "../../lib/app-root";
import { useEsbuild } from "../esbuild";

/** The wait for further changes: an editor writes a file in several steps. */
const SETTLED_MS = 60;

/** Watches policies' files, their imports from the app, and their texts. */
export interface PolicyWatch {
  close(): void;
}

/**
 * @param textsOf returns the files of a policy's texts, absolute
 * @param onSaved receives the files of policies that may have changed, and never rejects. Saves during a call cause another call.
 */
export async function watchPolicies(
  files: readonly string[],
  textsOf: (file: string) => readonly string[],
  onSaved: (files: readonly string[]) => Promise<void>,
): Promise<PolicyWatch> {
  let importers = await findImporters(files);
  let watchers: readonly FSWatcher[] = [];
  const savedFiles = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isBusy = false;
  let isClosed = false;

  function notice(path: string): void {
    for (const file of importers.get(path) ?? []) savedFiles.add(file);
    for (const file of files) if (textsOf(file).includes(path)) savedFiles.add(file);
    if (savedFiles.size === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => void tell(), SETTLED_MS);
  }

  async function tell(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    while (savedFiles.size > 0 && !isClosed) {
      const batch = [...savedFiles];
      savedFiles.clear();
      // The saved policy may import a new file, which is then watched too.
      importers = await findImporters(files, importers);
      watchFolders();
      await onSaved(batch);
    }
    isBusy = false;
  }

  function watchFolders(): void {
    for (const each of watchers) each.close();
    if (isClosed) return;
    watchers = [...new Set([...importers.keys(), ...files.flatMap(textsOf)].map((path) => dirname(path)))].flatMap((folder) => {
      try {
        const watcher = watch(folder, { persistent: false }, (_, name) => name !== null && notice(join(folder, name)));
        // A deleted folder needs no watcher: no file can be saved in it.
        watcher.on("error", () => watcher.close());
        return [watcher];
      } catch {
        return [];
      }
    });
  }

  watchFolders();
  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const each of watchers) each.close();
    },
  };
}

/** Each policy uses its own file too. @param before the earlier result. For a policy that cannot be read, this result stays */
async function findImporters(
  files: readonly string[],
  before: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const importers = new Map<string, Set<string>>();
  const note = (path: string, file: string) => importers.set(path, (importers.get(path) ?? new Set()).add(file));
  await useEsbuild(async ({ build }) => {
    for (const file of files) {
      note(file, file);
      try {
        const options = { absWorkingDir: appRoot, bundle: true, packages: "external", platform: "node", write: false } as const;
        const { metafile } = await build({ ...options, entryPoints: [file], metafile: true, logLevel: "silent" });
        for (const path of Object.keys(metafile.inputs)) note(join(appRoot, path), file);
      } catch {
        for (const [path, importing] of before) if (importing.has(file)) note(path, file);
      }
    }
  });
  return importers;
}

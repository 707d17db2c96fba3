import { resolve } from "node:path";
import { appRoot } from "../lib/app-root";
import { DEFAULT_DATA, type Instance, instancesElsewhere, readInstance } from "../local/data/instance";
import { quoted } from "../local/terminal/quoted";
import { CommandError } from "./failure";

/** The start that a command with `--local` works on. Throws CommandError where there is none, or a choice to make. */
export function localInstance(options: { readonly data?: string }, home?: string): Instance {
  const instance = findInstance(options, home);
  if (instance !== undefined) return instance;
  const where = options.data === undefined ? "" : ` on the data folder ${options.data}`;
  throw new CommandError(`No npm start is running${where}: start one in another terminal and repeat the command.`);
}

/**
 * The start on that data folder; without one, that on the default folder, or else the only one. Throws CommandError where
 * there are several. @param home the default folder
 */
export function findInstance({ data }: { readonly data?: string }, home: string = DEFAULT_DATA): Instance | undefined {
  if (data !== undefined) return readInstance(resolve(appRoot, data));
  const standing = readInstance(home);
  if (standing !== undefined) return standing;
  const [only, ...more] = instancesElsewhere(home);
  if (only === undefined || more.length === 0) return only;
  const choices = [only, ...more].map((each) => `  --local --data ${quoted(each.data)}  ${each.apiUrl}`);
  throw new CommandError([`${choices.length} npm starts are running. Say which one you mean:`, ...choices].join("\n"));
}

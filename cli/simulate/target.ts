import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { type Step, steps } from "../../engine/sign-up/sign-up";
import { appRoot } from "../../lib/app-root";
import { readInstance } from "../../local/data/instance";
import type { UserFlow } from "../../simulator/client/sign-up";
import { CommandError } from "../failure";
import type { TargetOptions } from "./target-options";

const PLACEHOLDER = "{step}";
/** Nobody else can listen to what stays on this machine. */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whom to call. @param url undefined with --local */
export async function targetFor(url: string | undefined, options: TargetOptions): Promise<UserFlow> {
  if (options.local) {
    if (url !== undefined) throw new CommandError("A URL and --local exclude each other.");
    return localTarget(options);
  }
  if (url === undefined) throw new CommandError("Name what to call: a URL, or --local for a running npm start.");
  if (options.data !== undefined) throw new CommandError("--data goes with --local.");
  assertCallable(url);
  const { username = process.env.GATEHOUSE_USERNAME } = options;
  if (!username) throw new CommandError("There is no user name: use --username or the variable GATEHOUSE_USERNAME.");
  if (username.includes(":")) throw new CommandError("A user name has no colon: basic auth ends it there.");
  const asked = stepsAsked(options.step) ?? (url.includes(PLACEHOLDER) ? steps : undefined);
  if (asked === undefined)
    throw new CommandError(`Say which step the URL is for: --step, or ${PLACEHOLDER} in it where the step's name belongs.`);
  const password = await passwordFor(options);
  return { url: (step) => url.replaceAll(PLACEHOLDER, step), username, password, steps: asked };
}

function localTarget({ data, step }: TargetOptions): UserFlow {
  const instance = readInstance(data === undefined ? undefined : resolve(appRoot, data));
  if (instance === undefined) {
    const where = data === undefined ? "" : ` on the data folder ${data}`;
    throw new CommandError(`No npm start is running${where}: start one in another terminal and repeat the command.`);
  }
  const { apiUrl, username, password, policy } = instance;
  const standing = steps.filter((each) => existsSync(join(policy, `${each}.ts`)));
  return { url: (each) => `${apiUrl}/${each}`, username, password, steps: stepsAsked(step) ?? standing };
}

function stepsAsked(step: TargetOptions["step"]): readonly Step[] | undefined {
  return step === "both" ? steps : step && [step];
}

function assertCallable(url: string): void {
  if (!URL.canParse(url)) throw new CommandError(`${url} is no URL: write it whole, https://gate.example.com/{step}`);
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== "" || password !== "")
    throw new CommandError("Credentials do not belong into the URL: use --username and --password-stdin.");
  if (protocol === "https:" || (protocol === "http:" && loopback.test(hostname))) return;
  throw new CommandError("The URL must begin with https://, as for Entra; http works only for 127.0.0.1.");
}

async function passwordFor({ passwordStdin }: TargetOptions): Promise<string> {
  const password = passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, "") : process.env.GATEHOUSE_PASSWORD;
  if (!password) throw new CommandError("There is no password: use --password-stdin or the variable GATEHOUSE_PASSWORD.");
  return password;
}

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { AnyTableName } from "../../adapters/tables/tables";
import type { Step } from "../../engine/sign-up/sign-up";
import type { TableName } from "../../engine/sign-up/verdict";
import { appRoot } from "../../lib/app-root";
import type { AccessKey } from "../aws/access-key";
import { writePrivately } from "./private-file";

/** A named gate, as connectors call it. */
export interface InstanceGate {
  /** Without trailing slash: a step's URL is `${apiUrl}/before-create-user`. */
  readonly apiUrl: string;
  readonly username: string;
  readonly password: string;
  /** Those that the gate's policy has. */
  readonly steps: readonly Step[];
  /** The secret's ARN. */
  readonly credentialsSecret: string;
}

/** Published by a running `npm start` for other programs, such as `npm run gate -- ... --local`. */
export interface Instance {
  readonly pid: number;
  /** Without trailing slash: a step's URL is `${apiUrl}/after-sign-in`. */
  readonly apiUrl: string;
  /** Those that the policy has. */
  readonly steps: readonly Step[];
  /** Where other systems decide on requests: `${approvalsUrl}/ID/approve`. Absent where no rule makes any. */
  readonly approvalsUrl?: string;
  /** Where an external tenant calls: `${url}/attribute-collection-submit`. */
  readonly extension: {
    /** Without trailing slash. */
    readonly url: string;
    /** The stand-in for Entra's token endpoint. */
    readonly tokenUrl: string;
    readonly tenantId: string;
    /** The audience of tokens. */
    readonly audience: string;
  };
  readonly username: string;
  readonly password: string;
  /** Those that have a name. Absent where none has. */
  readonly gates?: Readonly<Record<string, InstanceGate>>;
  readonly dynamodbEndpoint: string;
  /** The operators' pages, with the key that opens them: `?key=…`. */
  readonly consoleUrl: string;
  readonly secretsEndpoint: string;
  /** Signs calls to the stand-ins for AWS. */
  readonly aws: AccessKey;
  readonly tables: Readonly<Record<TableName | "listChanges", string>> & Readonly<Partial<Record<AnyTableName, string>>>;
  /** Where every event is appended, a line of JSON each, as a rule's target receives it. Absolute. */
  readonly eventsFile: string;
  /** Where every mail is put, as text and as a page. Absolute. */
  readonly outboxDir: string;
  /** The page on which to sign up as Entra would have it, with the key that opens it. Absent where no feature has one. */
  readonly simulatorUrl?: string;
  /** The secret's ARN. */
  readonly credentialsSecret: string;
  /** ARN of the secret that keys the hashes of people. */
  readonly personKeySecret: string;
  /** ARNs of the policy's own secrets, by the names that rules give them. */
  readonly policySecrets: Readonly<Record<string, string>>;
  /** Where systems outside are answered for: `idology` -> origin. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** The policy folder, absolute. */
  readonly policy: string;
  /** The data folder, absolute. */
  readonly data: string;
}

/** Where `npm start` keeps its data by default, in the project's own folder. */
export const DEFAULT_DATA = join(appRoot, ".local");

const fileIn = (dataDir: string) => join(dataDir, "instance.json");

/** The instance that runs on this data folder; undefined if none does. An unreadable file counts as none. */
export function readInstance(dataDir: string = DEFAULT_DATA): Instance | undefined {
  try {
    const instance: Instance = JSON.parse(readFileSync(fileIn(dataDir), "utf8"));
    return isAlive(instance.pid) ? instance : undefined;
  } catch {
    return undefined;
  }
}

/** Readable by its owner alone: it holds the password. Written whole or not at all. */
export function writeInstance(instance: Instance, dataDir: string): void {
  writePrivately(fileIn(dataDir), `${JSON.stringify(instance, null, 2)}\n`);
}

/** Removes the file if it is this process's own. */
export function removeInstance(dataDir: string): void {
  if (readInstance(dataDir)?.pid === process.pid) rmSync(fileIn(dataDir), { force: true });
}

/** In the default folder: a file for each start on another folder, named by its process, that holds that folder's path. */
const pointersIn = (home: string) => join(home, "running");

/** Lets `--local` find a start whose data is not in the default folder. @returns what takes it back */
export function pointTo({ pid, data }: Instance, home: string = DEFAULT_DATA): () => void {
  const file = join(pointersIn(home), String(pid));
  writePrivately(file, data);
  return () => rmSync(file, { force: true });
}

/** Those that run elsewhere than in the default folder. What a start left behind that was killed is removed. */
export function instancesElsewhere(home: string = DEFAULT_DATA): readonly Instance[] {
  return filesIn(pointersIn(home)).flatMap((file) => {
    const instance = pointedAt(file);
    if (instance !== undefined) return [instance];
    rmSync(file, { force: true });
    return [];
  });
}

/** Undefined too for one that has just ended. */
function pointedAt(file: string): Instance | undefined {
  try {
    return readInstance(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Signal 0 asks only whether the process exists; EPERM means it does and is another user's. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { AnyTableName } from "../../adapters/tables/tables";
import type { Step } from "../../engine/sign-up/sign-up";
import type { TableName } from "../../engine/sign-up/verdict";
import { appRoot } from "../../lib/app-root";
import type { AccessKey } from "../aws/access-key";
import { writePrivately } from "./private-file";

export interface InstanceGate {
  /** The API's address, without trailing slash: a step's URL is `${apiUrl}/before-create-user`. */
  readonly apiUrl: string;
  readonly username: string;
  readonly password: string;
  readonly steps: readonly Step[];
  /** ARN of the secret with the gate's credentials. */
  readonly credentialsSecret: string;
}

export interface InstanceRole {
  /** The role's name, such as "approvals". */
  readonly name: string;
  readonly arn: string;
  /** ARN of the secret that names the application. */
  readonly secret?: string | undefined;
  readonly application?: { readonly clientId: string; readonly tenantId?: string | undefined } | undefined;
}

/** The data that a running `npm start` publishes for other programs, such as `npm run gate -- ... --local`. */
export interface Instance {
  readonly pid: number;
  /** The API's address, without trailing slash: a step's URL is `${apiUrl}/after-sign-in`. */
  readonly apiUrl: string;
  readonly steps: readonly Step[];
  /** Other systems decide requests at `${approvalsUrl}/ID/approve`. Absent if no rule creates requests. */
  readonly approvalsUrl?: string;
  /** The API that an external tenant calls: `${url}/attribute-collection-submit`. Absent for a release. */
  readonly extension?: {
    /** The API's address, without trailing slash. */
    readonly url: string;
    /** The stand-in for Entra's token endpoint. */
    readonly tokenUrl: string;
    readonly tenantId: string;
    readonly audience: string;
  };
  readonly username: string;
  readonly password: string;
  readonly gates?: Readonly<Record<string, InstanceGate>>;
  readonly dynamodbEndpoint: string;
  /** The address of the operators' pages, with the key that opens them: `?key=…`. Absent for a release. */
  readonly consoleUrl?: string;
  readonly secretsEndpoint: string;
  /** Signs calls to the AWS stand-ins. */
  readonly aws: AccessKey;
  readonly tables: Readonly<Record<TableName | "listChanges", string>> & Readonly<Partial<Record<AnyTableName, string>>>;
  /** Absolute path. Each line is the JSON of one event, as the target of an EventBridge rule receives the event. */
  readonly eventsFile: string;
  /** The folder of all mails, as text and as HTML. Absolute. */
  readonly outboxDir: string;
  /** The simulator's address, with the key that opens its pages. */
  readonly simulatorUrl?: string;
  /** ARN of the secret with the API's credentials. */
  readonly credentialsSecret: string;
  /** ARN of the secret for the hashes of people. */
  readonly personKeySecret: string;
  /** ARNs of the policy's own secrets, by the names in rules. */
  readonly policySecrets: Readonly<Record<string, string>>;
  /** The secret for mail: its ARN. Absent if nothing sends mail. */
  readonly mailSecret?: string | undefined;
  /** Roles that functions assume to sign in to Microsoft Graph. Absent if there are no such roles. */
  readonly graphRoles?: readonly InstanceRole[];
  /** The issuer of the roles' tokens. */
  readonly tokenIssuer?: string;
  /** JSON that shows how each gate's policy uses the access list. Absent if unknown. */
  readonly askedLists?: string;
  /** Addresses of the stand-ins for outside systems: `idology` -> origin. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** The policy folder, absolute. */
  readonly policy: string;
  /** The data folder, absolute. */
  readonly data: string;
}

export const DEFAULT_DATA = join(appRoot, ".local");

const fileIn = (dataDir: string) => join(dataDir, "instance.json");

/** Returns the instance that uses the data folder; undefined if there is none, or if its file is unreadable. */
export function readInstance(dataDir: string = DEFAULT_DATA): Instance | undefined {
  try {
    const instance: Instance = JSON.parse(readFileSync(fileIn(dataDir), "utf8"));
    return isAlive(instance.pid) ? instance : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the file whole or not at all, readable by its owner only, because the file holds the password. */
export function writeInstance(instance: Instance, dataDir: string): void {
  writePrivately(fileIn(dataDir), `${JSON.stringify(instance, null, 2)}\n`);
}

export function removeInstance(dataDir: string): void {
  if (readInstance(dataDir)?.pid === process.pid) rmSync(fileIn(dataDir), { force: true });
}

/** One file for each start that uses another data folder. The file is named by the process id, and contains the folder's path. */
const pointersIn = (home: string) => join(home, "running");

/**
 * Writes the pointer file, by which `--local` finds a start whose data is not in the default folder. Returns a function that removes the
 * file.
 */
export function pointTo({ pid, data }: Instance, home: string = DEFAULT_DATA): () => void {
  const file = join(pointersIn(home), String(pid));
  writePrivately(file, data);
  return () => rmSync(file, { force: true });
}

/** Returns the instances outside the default folder. Removes pointer files of starts that have ended, such as killed ones. */
export function instancesElsewhere(home: string = DEFAULT_DATA): readonly Instance[] {
  return filesIn(pointersIn(home)).flatMap((file) => {
    const instance = pointedAt(file);
    if (instance !== undefined) return [instance];
    rmSync(file, { force: true });
    return [];
  });
}

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

/** Signal 0 only checks whether the process exists. EPERM means that the process exists and belongs to another user. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

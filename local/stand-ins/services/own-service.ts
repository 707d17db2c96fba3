import { existsSync } from "node:fs";
import { join } from "node:path";
import { withRelativePaths } from "../../../lib/app-root";
import type { LocalServer } from "../../aws/server";
import { json } from "../misbehaviours";
import { type Received, type StandInAnswer, serveSystem, type Watch } from "../outside-system";
import { type CannedAnswer, readAnswers } from "./answer-file";

/** A service that rules of a policy's own call. */
export interface OwnService {
  readonly name: string;
  /** What its paths go below. */
  readonly basePath: string;
  /** The policy folders whose rules call it. */
  readonly folders: readonly string[];
}

/** What makes a stand-in behave as a fault says. */
const misbehaviours = { timeout: "slow", refused: "reset" } as const;

/**
 * A stand-in for a service of the policy's own: it answers as `answers/NAME.json` in the policy's folder says, read at each
 * call, so that an edit counts at once. Names in a call make it misbehave, as they do everywhere.
 */
export function serveOwnService(service: OwnService, watch: Watch): Promise<LocalServer> {
  const files = service.folders.map((folder) => join(folder, "answers", `${service.name}.json`));

  return serveSystem(
    json,
    async (received) => {
      const file = files.find((each) => existsSync(each));
      if (file === undefined) return told(404, {}, `404: write its answers into ${withRelativePaths(files[0] as string)}`);
      const read = await readAnswers(file);
      if ("flaw" in read) return told(500, {}, `500: ${read.flaw}`);
      const path = pathBelow(service.basePath, received.url);
      const found = read.answers.find((each) => fits(each, received, path));
      if (found === undefined) return told(404, {}, `404: ${withRelativePaths(file)} has no answer that fits this ${received.method}`);
      return {
        ...answerOf(found, `answer ${read.answers.indexOf(found) + 1} of ${withRelativePaths(file)}`),
        about: aboutIn(found, received),
      };
    },
    watch,
  );
}

function answerOf({ status = 200, body = {}, headers, fault }: CannedAnswer, said: string): StandInAnswer {
  if (fault !== undefined) return { ...told(200, {}, said), about: [misbehaviours[fault]] };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, body: status === 204 ? "" : text, ...(headers && { headers }), said: `${status}: ${said}` };
}

/** Names that make it misbehave: the file's fault, a value of the query, a segment of the path, of an address the part before the @. */
function aboutIn({ fault }: CannedAnswer, { url }: Received): readonly string[] {
  if (fault !== undefined) return [misbehaviours[fault]];
  return [...url.searchParams.values(), ...segmentsOf(url.pathname)].map((value) => value.split("@", 1)[0] ?? "");
}

function fits({ method = undefined, path, query = {} }: CannedAnswer, received: Received, asked: string): boolean {
  if (method !== undefined && method !== received.method) return false;
  if (Object.entries(query).some(([name, value]) => !received.url.searchParams.getAll(name).includes(value))) return false;
  if (path === undefined) return true;
  const [wanted, there] = [segmentsOf(path), segmentsOf(asked)];
  return wanted.length === there.length && wanted.every((segment, index) => segment === "*" || segment === there[index]);
}

function pathBelow(basePath: string, { pathname }: URL): string {
  const base = basePath.replace(/\/$/, "");
  return pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname;
}

function segmentsOf(path: string): readonly string[] {
  return path.split("/").slice(1).map(decoded);
}

/** The text as it is where it is not percent-encoded as it should be. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function told(status: number, body: unknown, said: string): StandInAnswer {
  return { status, body: JSON.stringify(body), said };
}

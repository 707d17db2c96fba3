import { existsSync } from "node:fs";
import { join } from "node:path";
import { withRelativePaths } from "../../../lib/app-root";
import type { LocalServer } from "../../aws/server";
import { json, misbehaviourIn } from "../misbehaviours";
import { jsonAnswer, type Received, type StandInAnswer, serveSystem, type Watch } from "../outside-system";
import { type CannedAnswer, readAnswers } from "./answer-file";

/** A system that rules of a policy call with the options `service` or `http`. */
export interface OwnService {
  readonly name: string;
  readonly basePath: string;
  /** The policy folders whose rules call the system. */
  readonly folders: readonly string[];
}

/** The misbehaviour that each fault in an answer file causes. */
const misbehaviours = { timeout: "slow", refused: "reset" } as const;

const listAnswerFiles = ({ name, folders }: OwnService) => folders.map((folder) => join(folder, "answers", `${name}.json`));

export function findAnswerFile(service: OwnService): string | undefined {
  return listAnswerFiles(service).find((each) => existsSync(each));
}

/**
 * Reads `answers/NAME.json` at each call, so that an edit applies at once. If a name in the call causes a misbehaviour, chooses the file's
 * first answer and spoils it.
 */
export function serveOwnService(service: OwnService, watch: Watch): Promise<LocalServer> {
  return serveSystem(
    json,
    async (receivedRequest) => {
      const file = findAnswerFile(service);
      if (file === undefined)
        return jsonAnswer(404, {}, `404: write its answers into ${withRelativePaths(listAnswerFiles(service)[0] as string)}`);
      const read = await readAnswers(file);
      if ("flaw" in read) return jsonAnswer(500, {}, `500: ${read.flaw}`);
      const base = service.basePath.replace(/\/$/, "");
      const { pathname, searchParams } = receivedRequest.url;
      const path = pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname;
      // Names that may cause a misbehaviour.
      const about = [...searchParams.values(), ...splitPath(pathname)].map((value) => value.split("@", 1)[0] ?? "");
      const isSpoilt = misbehaviourIn(about) !== undefined;
      const cannedAnswer = isSpoilt ? read.answers[0] : read.answers.find((each) => fits(each, receivedRequest, path));
      if (cannedAnswer === undefined)
        return jsonAnswer(404, {}, `404: ${withRelativePaths(file)} has no answer that fits this ${receivedRequest.method}`);
      return { about, ...toStandInAnswer(cannedAnswer, `answer ${read.answers.indexOf(cannedAnswer) + 1} of ${withRelativePaths(file)}`) };
    },
    watch,
  );
}

function toStandInAnswer({ status = 200, body = {}, headers, fault }: CannedAnswer, answerText: string): StandInAnswer {
  if (fault !== undefined) return { ...jsonAnswer(200, {}, answerText), about: [misbehaviours[fault]] };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type: Readonly<Record<string, string>> = text.trimStart().startsWith("<") ? { "Content-Type": "application/xml" } : {};
  return { status, body: status === 204 ? "" : text, headers: { ...type, ...headers }, said: `${status}: ${answerText}` };
}

function fits({ method = undefined, path, query = {} }: CannedAnswer, receivedRequest: Received, askedPath: string): boolean {
  if (method !== undefined && method !== receivedRequest.method) return false;
  if (Object.entries(query).some(([name, value]) => !receivedRequest.url.searchParams.getAll(name).includes(value))) return false;
  if (path === undefined) return true;
  const [wanted, there] = [splitPath(path), splitPath(askedPath)];
  return wanted.length === there.length && wanted.every((segment, index) => segment === "*" || segment === there[index]);
}

function splitPath(path: string): readonly string[] {
  return path.split("/").slice(1).map(decodeSegment);
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

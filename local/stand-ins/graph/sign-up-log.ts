import * as v from "valibot";
import { jsonAnswer, type Received, type StandInAnswer } from "../outside-system";
import type { LoggedSignUp, Tenant } from "./directory";
import { boundedText, GraphErrorReply, parsedBody } from "./request";

/** Graph's page size: "The maximum and default page size is 1,000 objects." */
const PAGE = 1_000;

const linesSchema = v.array(v.looseObject({ correlationId: boundedText(100), createdDateTime: v.pipe(v.string(), v.isoTimestamp()) }));

export function addSignUps({ signUps }: Tenant, receivedRequest: Received): StandInAnswer {
  const lines = parsedBody(receivedRequest, linesSchema);
  signUps.push(...lines);
  return jsonAnswer(200, {}, `200: ${lines.length} lines in the log of sign-ups`);
}

/** Answers "List signUps" and "List signIns": newest first, filtered by time, in pages. */
export function listLog(rows: readonly LoggedSignUp[], { method, url }: Received): StandInAnswer {
  if (method !== "GET") throw new GraphErrorReply(405, "MethodNotAllowed");
  const { $filter = "", $top = String(PAGE), $skiptoken = "0", ...others } = Object.fromEntries(url.searchParams);
  if (Object.keys(others).length > 0) throw new GraphErrorReply(400, "BadRequest");
  const matchingRows = rows.filter(parseTimeFilter($filter)).sort((a, b) => Date.parse(b.createdDateTime) - Date.parse(a.createdDateTime));
  const end = Number($skiptoken) + Math.min(Number($top), PAGE);
  const next = new URL(url);
  next.searchParams.set("$skiptoken", String(end));
  const value = matchingRows.slice(Number($skiptoken), end);
  return jsonAnswer(
    200,
    { value, ...(end < matchingRows.length && { "@odata.nextLink": next.href }) },
    `200: ${value.length} of ${matchingRows.length}`,
  );
}

function parseTimeFilter(filter: string): (row: LoggedSignUp) => boolean {
  if (filter === "") return () => true;
  const parts = filter.split(" and ").map((part) => /^createdDateTime (ge|le) (\S+)$/.exec(part));
  if (parts.some((part) => part === null || Number.isNaN(Date.parse(`${part[2]}`)))) throw new GraphErrorReply(400, "BadRequest");
  return ({ createdDateTime }) =>
    parts.every((part) => {
      const [, operator, time = ""] = part as RegExpExecArray;
      return operator === "ge" ? Date.parse(createdDateTime) >= Date.parse(time) : Date.parse(createdDateTime) <= Date.parse(time);
    });
}

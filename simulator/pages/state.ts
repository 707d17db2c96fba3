import * as v from "valibot";
import { steps } from "../../engine/sign-up/sign-up";
import { describePerson, type Person, readPersonFile } from "../client/person";
import { judge, type StepVisit } from "../client/visit";
import { writeAttribute } from "../contract/attributes";

/** What a form carries from page to page. */
export interface FlowState {
  readonly person: Person;
  readonly visits: readonly StepVisit[];
}

const text = v.string();
const attempt = v.strictObject({
  durationMs: v.number(),
  answer: v.exactOptional(
    v.strictObject({
      status: v.number(),
      contentType: v.exactOptional(text),
      challenge: v.exactOptional(text),
      body: text,
      unreadable: v.exactOptional(v.picklist(["not UTF-8", "too large"])),
    }),
  ),
  failure: v.exactOptional(text),
  lost: v.exactOptional(v.boolean()),
});
const carried = v.strictObject({
  person: v.unknown(),
  visits: v.array(v.strictObject({ step: v.picklist(steps), url: text, claims: v.record(text, v.unknown()), attempts: v.array(attempt) })),
});

/** As many as a person gets through with a form that is never right. */
const MAX_VISITS = 8;

export function writeState({ person, visits }: FlowState): string {
  const kept = visits.slice(-MAX_VISITS).map(({ step, url, claims, attempts }) => ({ step, url, claims, attempts }));
  return JSON.stringify({ person: describePerson(person, writeAttribute), visits: kept });
}

/** Rejects what no page of ours wrote, by throwing. What the answers mean is worked out anew. */
export function readState(json: string): FlowState {
  const { person, visits } = v.parse(carried, JSON.parse(json));
  return { person: readPersonFile(person), visits: visits.map((visit) => ({ ...visit, ...judge(visit.step, visit.attempts) })) };
}

import { usesOf } from "../../lib/policy-folder/policy-folder";
import type { ReadCaseFile } from "../cases/case-file";
import type { Case, RecordedAnswer } from "../cases/format";
import { STRANGER } from "./addresses";
import { triedAnswers } from "./answers";
import type { TriedSignUp } from "./judge";
import type { MoveWorld } from "./moves";
import { withAttribute } from "./moves";
import { valuesFor } from "./values";

/** A stranger with an empty form and one with a full one. Every system outside accepts both. */
export function basesFor({ policies, vocabulary, now }: MoveWorld): readonly TriedSignUp[] {
  const uses = policies.flatMap(({ policy }) => policy.flatMap(usesOf));
  const services = [...new Set(uses.flatMap((use) => ("service" in use ? [use.service] : [])))];
  const answers = Object.fromEntries(services.map((service) => [service, triedAnswers(service, vocabulary)[0] as RecordedAnswer]));
  const empty: TriedSignUp = { request: { email: STRANGER }, ...(services.length > 0 && { answers }) };
  const full = vocabulary.attributes.reduce((each, name) => withAttribute(name, valuesFor(name, vocabulary, now)[0])(each), empty);
  return vocabulary.attributes.length === 0 ? [empty] : [full, empty];
}

/** The sign-ups of a file of cases, with what the file says for all of them. */
export function candidatesIn({ content }: Pick<ReadCaseFile, "content">): readonly TriedSignUp[] {
  return content.cases.flatMap((each) => candidateOf(each, content) ?? []);
}

/** Undefined for a case that states a whole body. */
export function candidateOf(
  { request, rows, answers, earlier, repeat, posture, now }: Case,
  file: ReadCaseFile["content"],
): TriedSignUp | undefined {
  if (request === undefined) return undefined;
  const moment = now ?? file.now;
  return {
    request,
    ...((rows ?? file.rows) !== undefined && { rows: { ...file.rows, ...rows } }),
    ...((answers ?? file.answers) !== undefined && { answers: { ...file.answers, ...answers } }),
    ...(earlier !== undefined && { earlier }),
    ...(repeat !== undefined && { repeat }),
    ...(posture !== undefined && { posture }),
    ...(moment !== undefined && { now: moment }),
  };
}

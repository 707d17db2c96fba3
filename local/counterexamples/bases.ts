import { ownMembers } from "../case-features";
import type { ReadCaseFile } from "../cases/case-file";
import type { Case, RecordedAnswer } from "../cases/format";
import { triedAnswers } from "./answers";
import { servicesOf, type TriedSignUp } from "./judge";
import { type MoveWorld, withAttribute } from "./moves";
import { STRANGER, valuesFor } from "./values";

/** A stranger with a full form and one with an empty one. Every system outside accepts both. */
export function basesFor({ policies, vocabulary, now }: MoveWorld): readonly TriedSignUp[] {
  const services = servicesOf(policies.flatMap(({ policy }) => policy));
  const answers = Object.fromEntries(services.map((service) => [service, triedAnswers(service, vocabulary)[0] as RecordedAnswer]));
  const empty: TriedSignUp = { request: { email: STRANGER }, ...(services.length > 0 && { answers }) };
  const full = vocabulary.attributes.reduce((each, name) => withAttribute(name, valuesFor(name, vocabulary, now)[0])(each), empty);
  return vocabulary.attributes.length === 0 ? [empty] : [full, empty];
}

/** A case with what its file says for all of them. Undefined for a case that states a whole body. */
export function candidateOf(
  { request, rows, answers, earlier, repeat, now, ...more }: Case,
  file: ReadCaseFile["content"],
): TriedSignUp | undefined {
  if (request === undefined) return undefined;
  const members = {
    rows: (rows ?? file.rows) && { ...file.rows, ...rows },
    answers: (answers ?? file.answers) && { ...file.answers, ...answers },
    ...{ earlier, repeat, ...ownMembers(more), now: now ?? file.now },
  };
  return { request, ...Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) };
}

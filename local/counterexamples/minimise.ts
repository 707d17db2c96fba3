import { STRANGER } from "./addresses";
import { type Counterexample, directionOf } from "./counterexample";
import type { PairJudge, TriedSignUp } from "./judge";

/** The most simpler sign-ups that are tried. */
const MOST = 200;

/** The smallest sign-up to which leaving out and shortening leads, and that still ends so. */
export async function minimised(found: Counterexample, judge: PairJudge): Promise<Counterexample> {
  let least = found;
  let tries = 0;
  for (let isSmaller = true; isSmaller && tries < MOST; ) {
    isSmaller = false;
    for (const candidate of simpler(least.candidate)) {
      tries += 1;
      if (tries > MOST) break;
      const judgement = await judge(candidate);
      if (judgement === undefined || directionOf(judgement) !== found.direction) continue;
      least = { direction: found.direction, candidate, ...judgement };
      isSmaller = true;
      break;
    }
  }
  return least;
}

/** Sign-ups with one thing less, the greatest things first. */
function* simpler(candidate: TriedSignUp): Generator<TriedSignUp> {
  for (const name of ["earlier", "rows", "posture", "repeat", "now", "answers"] as const) {
    if (candidate[name] === undefined) continue;
    const { [name]: _, ...rest } = candidate;
    yield rest as TriedSignUp;
  }
  yield* withLess(candidate, "rows");
  yield* withLess(candidate, "answers");
  yield* simplerRows(candidate);
  const { request } = candidate;
  const asking = (changed: TriedSignUp["request"]): TriedSignUp => ({ ...candidate, request: changed });
  for (const name of [
    "attributes",
    "collects",
    "locales",
    "application",
    "ipAddress",
    "address",
    "tenant",
    "accountId",
    "issuer",
  ] as const) {
    if (request[name] === undefined) continue;
    const { [name]: _, ...rest } = request;
    yield asking(rest as TriedSignUp["request"]);
  }
  const { attributes = {} } = request;
  for (const name of Object.keys(attributes)) {
    const { [name]: _, ...rest } = attributes;
    yield asking({ ...request, attributes: rest });
  }
  for (const email of simplerEmails(request.email)) yield asking({ ...request, email });
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value !== "string") continue;
    const shorter = [value.trim(), value.slice(0, Math.ceil(value.length / 2)), value.slice(0, -1)].filter(
      (each) => each !== "" && each.length < value.length,
    );
    for (const text of shorter) yield asking({ ...request, attributes: { ...attributes, [name]: text } });
  }
}

/** Without one of the tables or answers. */
function* withLess(candidate: TriedSignUp, name: "rows" | "answers"): Generator<TriedSignUp> {
  const members = Object.entries(candidate[name] ?? {});
  if (members.length < 2) return;
  for (const [left] of members) yield { ...candidate, [name]: Object.fromEntries(members.filter(([each]) => each !== left)) };
}

/** Without one row, or one cell that rows need not have. */
function* simplerRows(candidate: TriedSignUp): Generator<TriedSignUp> {
  for (const [table, rows] of Object.entries(candidate.rows ?? {})) {
    const put = (changed: readonly object[]): TriedSignUp => ({ ...candidate, rows: { ...candidate.rows, [table]: changed } });
    for (const [index, row] of (rows as readonly object[]).entries()) {
      if (rows.length > 1) yield put((rows as readonly object[]).filter((_, place) => place !== index));
      const cells = Object.entries(row).filter(([name]) => ["expiresAt", "issuer", "gates", "note"].includes(name) || table === "profiles");
      for (const [name] of cells.filter(([each]) => each !== "person")) {
        const fewer = Object.fromEntries(Object.entries(row).filter(([each]) => each !== name));
        yield put((rows as readonly object[]).map((each, place) => (place === index ? fewer : each)));
      }
    }
  }
}

function simplerEmails(email: string): readonly string[] {
  if (email === STRANGER) return [];
  const at = email.lastIndexOf("@");
  const domain = email.slice(at + 1);
  const labels = domain.split(".");
  const shorter = labels.length > 2 ? [`kim@${labels.slice(1).join(".")}`] : [];
  const plain = domain.toLowerCase().replace(/\.$/, "");
  const all = [...new Set([STRANGER, `kim@${plain}`, `kim@${domain}`, ...shorter, email.toLowerCase()])];
  return all.filter((each) => each !== email && (each.length < email.length || each === STRANGER || each === email.toLowerCase()));
}

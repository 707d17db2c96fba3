export interface Concern {
  readonly code: ConcernCode;
  readonly about: string;
}

/** Dangerous: the row lets in or shuts out many people. Doubtful: the row does not count, or not as it seems. */
type Grade = "dangerous" | "doubtful";

const concernGrades = {
  everyone: "dangerous",
  everyoneOf: "dangerous",
  class: "dangerous",
  issuer: "dangerous",
  freeMail: "dangerous",
  looksLike: "dangerous",
  suffix: "dangerous",
  allUnderSuffix: "dangerous",
  deniesEveryone: "dangerous",
  deniesIssuer: "dangerous",
  deniesSuffix: "dangerous",
  deniesOwn: "dangerous",
  everyoneWaits: "dangerous",
  issuerWaits: "dangerous",
  suffixWaits: "dangerous",
  ownWaits: "dangerous",
  endsDeny: "dangerous",
  endsApproval: "dangerous",
  suspendsEntry: "dangerous",
  refusesMany: "dangerous",
  admitsMany: "dangerous",
  notCompared: "doubtful",
  asksNobody: "doubtful",
  askingUnknown: "doubtful",
  unusedClass: "doubtful",
  classUnknown: "doubtful",
  expired: "doubtful",
  bareSuffix: "doubtful",
  unknownIssuer: "doubtful",
  shadowed: "doubtful",
  spellingDenied: "doubtful",
  sameEntry: "doubtful",
} as const satisfies Readonly<Record<string, Grade>>;

export type ConcernCode = keyof typeof concernGrades;

const open: readonly ConcernCode[] = ["everyone", "everyoneOf", "class", "issuer", "freeMail", "suffix", "allUnderSuffix"];

/** True if the concern is that an allow lets in many people. Such a change has to be confirmed even without a terminal. */
export function opensToMany({ code }: Pick<Concern, "code">): boolean {
  return open.includes(code);
}

export function isDangerous({ code }: Pick<Concern, "code">): boolean {
  return concernGrades[code] === "dangerous";
}

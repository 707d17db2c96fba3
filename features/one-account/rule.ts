import * as v from "valibot";
import { fill } from "../../engine/messages/catalogue";
import { optionSchema } from "../../engine/option-schema";
import { daysBetween, replaceDays } from "../../engine/sign-up/duration-options";
import { UpstreamError } from "../../engine/sign-up/failure";
import { ENTRA_ISSUER, isAddressProven, isTrusted, listIssuers, MAIL_ISSUER, normaliseIssuer } from "../../engine/sign-up/issuers";
import { buildAccountKey, buildPersonId, type HashOf, hasAccountId, hashAccount } from "../../engine/sign-up/person";
import { type Context, makeRule, type RecordKey, type Row, type Rule, type Use } from "../../engine/sign-up/rule";
import { assertRuleOptions, notAs, readElsewhere } from "../../engine/sign-up/rule-options";
import type { DialectName, SignUp } from "../../engine/sign-up/sign-up";
import { languageFlaw, saysSomething, type Text, textFor } from "../../engine/sign-up/text";
import { type Days, MS_PER_DAY, MS_PER_HOUR, toDays } from "../../engine/sign-up/time";
import { readProviders } from "../../engine/sign-up/trust";
import type { Block, Continue, Effect, Verdict } from "../../engine/sign-up/verdict";
import { texts as oneAccountTexts, signedUpTexts } from "./texts";

/** An account in a directory. */
export interface AccountInDirectory extends Pick<SignUp, "identities"> {
  /** True for an account of the directory itself: the directory's administrators vouch for the account's address. */
  readonly isMember: boolean;
}

/** A tenant's accounts, for `oneAccount`: made by `entraDirectory`, or your own. */
export interface AccountDirectory {
  readonly uses: readonly Use[];
  /** Throws UpstreamError if there is no usable answer. */
  accountsOf(email: string, context: Context): Promise<readonly AccountInDirectory[]>;
}

/** Options: the people that are compared, how long the gate remembers them, and a directory. */
export interface OneAccountOptions {
  /** Identity providers, to narrow the step's `trust`. Only people of these providers are compared. @default the step's `trust` */
  readonly trust?: readonly string[];
  /**
   * Names of providers, `{ "https://id.contoso.com": "Contoso ID" }`.
   * @default "Google", "Facebook", "Apple", "Microsoft"; for any other provider, its host name
   */
  readonly names?: Readonly<Record<string, Text>>;
  /**
   * How long the gate remembers how somebody signed up: `"365d"`, 30 to 3650 days.
   * @default "1095d"
   */
  readonly lasts?: Days;
  /**
   * A directory to ask as well, such as `entraDirectory`. It also has accounts that the gate has not let in, and it shows whether a
   * remembered account was deleted.
   * @default only what the gate remembers
   */
  readonly directory?: AccountDirectory;
  /** The answer if the directory does not answer and the gate remembers nothing. @default "block" */
  readonly unknown?: "block" | "continue";
}

/** Key prefix of the rule's rows in the usage table. The dialect and the person follow. */
export const ONE_ACCOUNT_PREFIX = "one-account/";

const DAYS = { least: 30, most: 3_650, usual: "1095d" } as const;
/** Time within which a directory may not show a new account yet. */
const UNSEEN_MS = MS_PER_HOUR;

interface Way {
  readonly issuer: string;
  /** True for a local account, false for a one-time passcode. */
  readonly local?: boolean;
}

interface Remembered extends Way {
  /** Keyed hash of the provider's account. `address` is the keyed hash of the address as the person spelled it. */
  readonly account: unknown;
  readonly address: unknown;
  readonly at: number;
}

/**
 * Shows people who have an account how they signed up, if a provider in `trust` proves their address; all others go on.
 * Put it into both steps, before `requestApproval`. See docs/recipes/one-account.md.
 * @throws TypeError or RangeError if an option has a wrong value
 *
 * @example
 * afterSignIn([accessList({ otherwise: "continue" }), oneAccount()], { trust: ["mail", "google.com"] })
 */
export function oneAccount(options: OneAccountOptions = {}): Rule {
  const settings = settingsFor(options);
  const { trust, directory, unknown } = settings;
  return makeRule({
    name: "one-account",
    reads: [],
    sets: [],
    admits: "people without another account",
    ...(trust !== undefined && { trust }),
    uses: [
      { table: "ledger", access: "read" },
      { table: "ledger", access: "write", under: [ONE_ACCOUNT_PREFIX] },
      ...(directory?.uses ?? []),
    ],
    ...(unknown === "continue" && directory !== undefined && { recommends: ["account"] }),
    // If nobody proves the person's address, no row is read. So neither the answer nor its timing reveals anything about the address.
    needs: (signUp, hashOf) => (isAddressProven(signUp, trust) ? [oneAccountKey(signUp, hashOf)] : []),
    decide(signUp, context) {
      if (!isAddressProven(signUp, trust)) return { kind: "continue", findings: { account: "not-proven" } };
      const row = context.records.get(oneAccountKey(signUp, context.hashOf));
      const way = row && rememberedIn(row, context.now);
      const rememberedWay = way && isTrusted(way.issuer, signUp, trust) ? way : undefined;
      const person = { signUp, context, settings };
      if (directory !== undefined) return judgeByDirectory(directory, rememberedWay, person);
      return rememberedWay === undefined ? goOn("none", person) : judgeByMemory(rememberedWay, person);
    },
  });
}

interface Asked {
  readonly signUp: SignUp;
  readonly context: Context;
  readonly settings: Settings;
}

function blockExistingAccount(way: Way, source: "gate" | "directory", { names }: Settings): Block {
  return { ...exists, ...wordsFor(way, names), evidence: { signedUpWith: way.issuer, knownBy: source } };
}

/**
 * Returns "continue". At the step `before-create-user`, adds a write of how the person signs up. The write is made only if all other rules
 * let the person in.
 */
function goOn(accountKind: string, { signUp, context, settings }: Asked): Continue {
  const findings = { account: accountKind };
  if (signUp.step !== "before-create-user") return { kind: "continue", findings };
  const key = oneAccountKey(signUp, context.hashOf);
  const row = context.records.get(key);
  const effect: Effect = {
    table: key.table,
    item: { ...key.key, ...buildRowCells(signUp, context, settings.days) },
    condition: row === undefined ? "absent" : typeof row.at === "string" ? { at: row.at } : { id: String(row.id) },
    // A row with the same issuer counts as this call's: the write was repeated, or the person signs up twice at the same moment.
    identityColumns: ["issuer"],
    onlyIfAdmitted: true,
    onConflict: exists,
  };
  return { kind: "continue", findings, effects: [effect] };
}

function judgeByMemory(rememberedWay: Remembered, question: Asked): Verdict {
  const { signUp, context, settings } = question;
  if (!listIssuers(signUp).includes(rememberedWay.issuer)) return blockExistingAccount(rememberedWay, "gate", settings);
  const { account, address } = hashIdentity(signUp, context.hashOf);
  const isSameAccount = account === rememberedWay.account;
  if (isSameAccount && account !== undefined) return goOn("same", question);
  if (address === rememberedWay.address) return goOn(isSameAccount ? "same" : "other-id", question);
  return {
    ...exists,
    ...plainWords("spelling"),
    evidence: { signedUpWith: rememberedWay.issuer, knownBy: "gate", as: "another spelling" },
  };
}

async function judgeByDirectory(directory: AccountDirectory, rememberedWay: Remembered | undefined, question: Asked): Promise<Verdict> {
  const { signUp, context, settings } = question;
  const { trust, unknown } = settings;
  const memoryVerdict = rememberedWay && judgeByMemory(rememberedWay, question);
  if (memoryVerdict?.kind === "continue" && memoryVerdict.findings?.account === "same") return memoryVerdict;
  const accounts = await directory.accountsOf(signUp.email, context).catch((error: unknown) => {
    if (!(error instanceof UpstreamError)) throw error;
    if (memoryVerdict === undefined && unknown === "block") throw error;
    return error;
  });
  if (accounts instanceof UpstreamError) return { ...(memoryVerdict ?? goOn("unknown", question)), upstreamFailure: accounts.failure };
  if (accounts.some((account) => isSame(account, signUp))) return goOn("same", question);
  // An untrusted provider's account may have somebody else's address. So omits such accounts, unless the directory vouches for the address.
  const provenAccounts = accounts.filter(
    (account) => account.isMember || listIssuers(account).every((issuer) => isTrusted(issuer, signUp, trust)),
  );
  const [first] = provenAccounts;
  if (provenAccounts.some((account) => listIssuers(account).some((issuer) => listIssuers(signUp).includes(issuer))))
    return goOn("other-id", question);
  if (first !== undefined) return blockExistingAccount(findSignInWay(first), "directory", settings);
  if (rememberedWay === undefined) return goOn("none", question);
  const isYoung = context.now.getTime() - rememberedWay.at < UNSEEN_MS;
  const isAskedFor = rememberedWay.address === hashIdentity(signUp, context.hashOf).address;
  return isAskedFor && !isYoung ? goOn("none", question) : (memoryVerdict as Verdict);
}

/** Each kind of tenant has its own accounts, so each kind has its own key. */
export function oneAccountKey({ email, source }: { readonly email: string; readonly source: DialectName }, hashOf: HashOf): RecordKey {
  return { table: "ledger", key: { id: `${ONE_ACCOUNT_PREFIX}${source}/${buildPersonId(email, hashOf)}` } };
}

/** The answer to people who sign up in two ways at the same moment. It does not reveal how the person signed up. */
const exists: Block = { kind: "block", reason: "account.exists", message: oneAccountTexts["account.exists"] };

/** Returns the way of the first identity: one is enough to sign in again. */
function findSignInWay({ identities }: Pick<SignUp, "identities">): Way {
  const [issuer = ENTRA_ISSUER] = listIssuers({ identities });
  const local = issuer === MAIL_ISSUER && identities.some(({ signInType }) => signInType === "emailAddress");
  return { issuer, ...(local && { local }) };
}

function hashIdentity({ email, identities }: SignUp, hashOf: HashOf): { readonly account: string | undefined; readonly address: string } {
  return { account: hashAccount(identities, hashOf), address: hashOf(JSON.stringify(["address", email])) };
}

function buildRowCells(signUp: SignUp, { hashOf, now }: Context, days: number) {
  const { account, address } = hashIdentity(signUp, hashOf);
  return {
    personId: buildPersonId(signUp.email, hashOf),
    ...findSignInWay(signUp),
    ...(account !== undefined && { accountId: account }),
    address,
    at: now.toISOString(),
    expires: Math.ceil((now.getTime() + days * MS_PER_DAY) / 1_000),
  };
}

function rememberedIn({ issuer, local, accountId, address, at, expires }: Row, now: Date): Remembered | undefined {
  const since = Date.parse(String(at));
  if (Number.isNaN(since) || !(Number(expires) * 1_000 > now.getTime())) return undefined;
  return { issuer: String(issuer), local: local === true, account: accountId, address, at: since };
}

/** Requests contain no id of an account that Entra itself signs in, so all such accounts count as one. */
function isSame(account: AccountInDirectory, signUp: SignUp): boolean {
  const ownKeys = signUp.identities.length === 0 ? [ENTRA_ISSUER] : signUp.identities.filter(hasAccountId).map(buildAccountKey);
  const theirs = account.identities.length === 0 ? [ENTRA_ISSUER] : account.identities.map(buildAccountKey);
  return ownKeys.some((key) => theirs.includes(key));
}

function plainWords(variant: keyof typeof signedUpTexts): Pick<Block, "message" | "wording"> {
  return { message: signedUpTexts[variant], wording: { variant } };
}

function wordsFor({ issuer, local }: Way, names: ReadonlyMap<string, Text>): Pick<Block, "message" | "wording"> {
  if (!names.has(issuer)) {
    if (issuer === MAIL_ISSUER) return plainWords(local ? "address" : "code");
    if (issuer === ENTRA_ISSUER) return plainWords("organisation");
  }
  const provider = names.get(issuer) ?? knownName(issuer);
  const texts = Object.entries(signedUpTexts.provider);
  const message = Object.fromEntries(texts.map(([language, text]) => [language, fill(text, { provider: textFor(provider, [language]) })]));
  return { message, wording: { variant: "provider", values: { provider } } };
}

const brands: Readonly<Record<string, string>> = {
  "google.com": "Google",
  "facebook.com": "Facebook",
  "apple.com": "Apple",
  "live.com": "Microsoft",
};

function knownName(issuer: string): string {
  const host = URL.canParse(issuer) ? new URL(issuer).hostname : issuer;
  return brands[host.split(".").slice(-2).join(".")] ?? (host === "" ? issuer : host);
}

interface Settings {
  readonly directory: AccountDirectory | undefined;
  readonly trust: readonly string[] | undefined;
  readonly names: ReadonlyMap<string, Text>;
  readonly days: number;
  readonly unknown: NonNullable<OneAccountOptions["unknown"]>;
}

function settingsFor(options: OneAccountOptions): Settings {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("oneAccount", options, oneAccountOptions());
  const { trust, names = {}, lasts = DAYS.usual, directory, unknown = "block" } = options;
  if (trust?.length === 0) throw new TypeError("oneAccount: trust is empty, so the rule would compare nobody.");
  for (const [issuer, name] of Object.entries(names)) {
    const flaw = saysSomething(name) ? languageFlaw(name) : "it has no text.";
    if (flaw !== undefined) throw new TypeError(`oneAccount: names, ${JSON.stringify(issuer)}: ${flaw}`);
  }
  const issuerNames = Object.entries(names).map(([issuer, name]) => [normaliseIssuer(issuer), name] as const);
  return {
    trust: trust === undefined ? trust : readProviders(trust, "oneAccount"),
    names: new Map(issuerNames),
    days: toDays(lasts),
    unknown,
    directory,
  };
}

function oneAccountOptions() {
  const { least, most } = DAYS;
  return optionSchema<OneAccountOptions>(
    {
      trust: v.optional(readElsewhere<readonly string[]>()),
      names: v.optional(readElsewhere<NonNullable<OneAccountOptions["names"]>>()),
      lasts: v.optional(daysBetween("lasts", least, most)),
      directory: v.optional(
        v.custom<AccountDirectory>(
          (input) => typeof (input as AccountDirectory | null)?.accountsOf === "function",
          "directory takes entraDirectory({ tenantId }).",
        ),
      ),
      unknown: v.optional(v.picklist(["block", "continue"], notAs('unknown must be "block" or "continue"'))),
    },
    replaceDays("days", "lasts", DAYS.usual),
  );
}

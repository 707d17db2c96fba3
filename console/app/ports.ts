import type { OperatorPlace } from "../../adapters/operator/world";
import type { EditedRows } from "../../adapters/tables/edited-rows";
import type { Rows } from "../../adapters/tables/rows";
import type { AnyTableName } from "../../adapters/tables/tables";
import type { World } from "../../adapters/world";
import type { DomainEvent } from "../../engine/events/event-kind";
import type { PersonHashes } from "../../engine/sign-up/person";
import type { Policy } from "../../engine/sign-up/policy";
import type { Clock } from "../../engine/sign-up/time";
import type { Seals } from "../session/session";
import type { ProviderRefusal, SignIn } from "../session/sign-in";

export const consoleVariables = {
  /** The issuer of operators' sign-ins: `https://login.microsoftonline.com/<tenant>/v2.0`. */
  consoleIssuer: "CONSOLE_ISSUER",
  consoleClientId: "CONSOLE_CLIENT_ID",
  /** "dangerous" if dangerous edits of the list need a second person. */
  consoleSecondPerson: "CONSOLE_SECOND_PERSON",
  /** JSON with clientSecret. */
  consoleClientSecret: "CONSOLE_CLIENT_SECRET",
  /** The stack whose alarms the console shows. Unset by `npm start`, which has no alarms. */
  alarmStack: "ALARM_STACK",
  /** The secret from which the keys of the console's cookies are derived. */
  consoleSessionKey: "CONSOLE_SESSION_KEY",
} as const;

export interface SharedPorts {
  /** The usage table: sessions and used codes. */
  readonly ledger: EditedRows;
  readonly rows: Pick<Rows, "read">;
  /** Returns the keyed hashes of codes in the usage table. */
  hashes(): Promise<PersonHashes>;
  /** The simulator's address. Present only under `npm start`. */
  readonly simulatorUrl?: string;
  /** `default` first. */
  readonly gates: readonly string[];
  /** What acts and views are made from. */
  readonly place: OperatorPlace;
  policiesAt(gate: string): readonly Policy[];
}

/** The stores that pages use. Each feature adds its own stores: see `ConsoleFeature.ports`. */
export interface ConsolePorts extends SharedPorts {}

export interface ConsoleWorld extends Pick<World, "settings" | "tables" | "alarms" | "templateMetadata" | "functions"> {
  readonly clock: Pick<Clock, "now">;
  readonly shared: SharedPorts;
  nameOf(table: AnyTableName): string;
  /** Never rejects: even if the bus refuses the event, the change that it reports has happened. */
  publish(event: DomainEvent): Promise<void>;
}

export interface AppPorts {
  readonly world: ConsolePorts;
  readonly signIn: SignIn;
  /** Keys are read again from time to time, because a new key must end all sessions. */
  seals(): Promise<Seals>;
  /** "http" only on this machine: cookies then have neither the prefix `__Host-` nor the attribute Secure. */
  readonly scheme: "https" | "http";
  now(): Date;
  /** The report contains only names and codes, and no text that a person typed. */
  report(failure: PageFailure): void;
  /** Reports a sign-in without a refresh token. During its session, the console cannot check the person's role again. */
  reportNoRenewal(): void;
}

export interface PageFailure {
  readonly reference: string;
  readonly route: string;
  readonly error: unknown;
  readonly provider?: ProviderRefusal;
}

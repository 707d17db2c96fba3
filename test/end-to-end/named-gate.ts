import type { LocalServer } from "../../local/aws/server";
import type { Gate } from "../support/gate";

/** A gate with a name, of an app that has several. */
export interface NamedGate extends Pick<Gate, "info" | "database" | "printed"> {
  readonly data: string;
  /** Sends a body to its own path, with its own credentials. */
  call: Gate["call"];
}

/** A stand-in for a vendor, and the given names that it was asked about. */
export interface Vendor extends LocalServer {
  readonly asked: readonly string[];
}

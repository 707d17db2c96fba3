import type { LocalPart } from "../../local/local-part";
import { json } from "../../local/stand-ins/misbehaviours";
import { jsonAnswer, noContent, serveSystem, type VendorStandIn } from "../../local/stand-ins/outside-system";
import { RECEIVERS_ENDPOINT } from "./signature";

const SIGNED = /^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)?$/;

/** Accepts every event that has a signature. The stand-in does not know the secret, so it cannot check the signature. */
export const receivers: VendorStandIn = {
  name: RECEIVERS_ENDPOINT,
  getsEvents: true,
  serve: (_, watch) =>
    serveSystem(
      json,
      ({ headers, url }) =>
        SIGNED.test(String(headers["webhook-signature"]))
          ? noContent(`${url.pathname} got ${String(headers["webhook-id"])}`)
          : jsonAnswer(401, { error: "unsigned" }, "401: unsigned"),
      watch,
    ),
};

export const local = { vendors: [receivers] } satisfies LocalPart;

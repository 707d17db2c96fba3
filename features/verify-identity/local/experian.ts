import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import type { LocalServer } from "../../../local/aws/server";
import { json } from "../../../local/stand-ins/misbehaviours";
import {
  mediaType,
  type Received,
  type StandInAnswer,
  serveSystem,
  type VendorStandIn,
  type Watch,
} from "../../../local/stand-ins/outside-system";

/** Returns the subscription's secret. Undefined if the policy has none for this vendor: then the stand-in requires no signature. */
export type ExperianSubscription = () => { readonly hmacKey?: unknown } | undefined;

const text = v.pipe(v.string(), v.regex(/\S/));
const moment = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/));
const guid = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i));
const option = <T extends string>(name: T) => v.strictObject({ option: v.literal(name), value: text });

const requestSchema = v.strictObject({
  header: v.strictObject({
    tenantId: text,
    requestType: text,
    clientReferenceId: guid,
    messageTime: moment,
    options: v.strictObject({ workflow: text }),
  }),
  payload: v.strictObject({
    source: v.literal("WEB"),
    control: v.strictTuple([option("ORG_CODE"), option("MODEL_CODE"), option("EVENT_ID")]),
    application: v.strictObject({
      type: v.literal("APPLICANT"),
      // The contract misspells this name.
      applicantionId: v.literal("APPLICATION_1"),
      originalRequestTime: moment,
      applicants: v.strictTuple([
        v.strictObject({ id: text, type: v.literal("INDIVIDUAL"), applicantType: v.literal("APPLICANT"), contactId: text }),
      ]),
    }),
    contacts: v.strictTuple([
      v.strictObject({
        id: v.literal("MAINCONTACT_1"),
        person: v.strictObject({
          names: v.strictTuple([v.strictObject({ firstName: text, middleNames: v.optional(text), surName: text })]),
        }),
        addresses: v.strictTuple([
          v.strictObject({
            street: text,
            postTown: text,
            stateProvinceCode: v.optional(text),
            postal: text,
            countryCode: v.pipe(v.string(), v.regex(/^[A-Z]{2,3}$/)),
          }),
        ]),
        telephones: v.optional(v.strictTuple([v.strictObject({ number: text })])),
      }),
    ]),
  }),
});
type CrossCoreRequest = v.InferOutput<typeof requestSchema>;

type Decision = "CONTINUE" | "REFER" | "STOP" | "NODECISION";

const decisions: Readonly<Record<string, Decision>> = {
  failure: "STOP",
  stop: "STOP",
  partial: "REFER",
  refer: "REFER",
  restricted: "REFER",
  nodecision: "NODECISION",
};

const decisionTexts = { CONTINUE: "Continue", REFER: "Refer", STOP: "Stop", NODECISION: "No Decision" };

/** Stand-in for Experian CrossCore by the public part of the vendor's contract. The decision depends on the request's surname. */
export function serveExperian(account: ExperianSubscription, watch: Watch = {}): Promise<LocalServer> {
  let requests = 4_410_000;

  function answer(receivedRequest: Received): StandInAnswer {
    if (receivedRequest.method !== "POST") return { status: 405, body: "", said: "405: not a POST" };
    if (!isSigned(receivedRequest, account())) return { status: 401, body: failure("The signature is not valid."), said: "401: signature" };
    if (mediaType(receivedRequest) !== "application/json") return rejectRequest("content type");
    const request = readRequest(receivedRequest.body);
    if (typeof request === "string") return rejectRequest(request);
    const about = request.payload.contacts[0].person.names[0].surName;
    const surname = about.trim().toLowerCase();
    if (surname === "error") return { status: 200, body: failure("The workflow failed."), said: "error" };
    const decision = (Object.hasOwn(decisions, surname) ? decisions[surname] : undefined) ?? "CONTINUE";
    requests += 1;
    return {
      status: 200,
      body: formatDecision(request, decision, `RB${String(requests).padStart(12, "0")}`),
      said: decision,
      about: [about],
    };
  }

  return serveSystem(json, answer, watch);
}

export const experianStandIn: VendorStandIn = { name: "experian", serve: serveExperian };

/** The signature is of the exact bytes of the body. */
function isSigned({ headers, body }: Received, account: ReturnType<ExperianSubscription>): boolean {
  if (account === undefined) return true;
  if (typeof account.hmacKey !== "string") return false;
  const expectedSignature = Buffer.from(createHmac("sha256", account.hmacKey).update(body).digest("base64"));
  const givenSignature = Buffer.from(String(headers["hmac-signature"]));
  return givenSignature.length === expectedSignature.length && timingSafeEqual(givenSignature, expectedSignature);
}

function readRequest(body: Buffer): CrossCoreRequest | string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return "body";
  }
  const read = v.safeParse(requestSchema, value);
  if (!read.success) return v.getDotPath(read.issues[0]) ?? "body";
  const { header, payload } = read.output;
  if (payload.control[2].value !== header.clientReferenceId) return "payload.control.2.value";
  if (payload.application.applicants[0].contactId !== payload.contacts[0].id) return "payload.application.applicants.0.contactId";
  return read.output;
}

function rejectRequest(place: string): StandInAnswer {
  return { status: 400, body: failure(`Not valid: ${place}`), said: `400: ${place}` };
}

function failure(responseMessage: string): string {
  return JSON.stringify({
    responseHeader: { expRequestId: randomUUID(), messageTime: now(), responseCode: "R0301", responseType: "ERROR", responseMessage },
  });
}

function formatDecision({ header }: CrossCoreRequest, decision: Decision, expRequestId: string): string {
  const outcome = { decision, decisionText: decisionTexts[decision], decisionReasons: ["Made up by a stand-in"] };
  return JSON.stringify({
    responseHeader: {
      requestType: header.requestType,
      clientReferenceId: header.clientReferenceId,
      expRequestId,
      messageTime: now(),
      overallResponse: { ...outcome, recommendedNextActions: [], spareObjects: [] },
      responseCode: "R0201",
      responseType: "INFO",
      responseMessage: "Workflow Complete.",
      tenantID: header.tenantId,
    },
    clientResponsePayload: {
      orchestrationDecisions: [{ sequenceId: "1", decisionSource: "IdentityCheck", ...outcome, decisionTime: now() }],
      decisionElements: [],
    },
    originalRequestData: {},
  });
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

import { gatePolicies } from "../../adapters/operator/world";
import { lookAlikes } from "../access-list/world";
import { hashes } from "../audit/world";
import { readPostures as modes } from "../posture/world";
import { makeDecisions } from "./acts/decision";
import { endDelegation, giveDelegation } from "./acts/delegation";
import { denyDomain } from "./acts/deny-domain";
import { reassignRequest, remindRequest } from "./acts/stages";
import { accessOfGuests, requestsOfPeople } from "./world";

/** The decisions on requests, for doors that can read what is known of a domain and a gate. */
export const decisionActs = makeDecisions({ requestsOfPeople, lookAlikes, gatePolicies, modes, accessOfGuests, hashes });

export const acts = [...Object.values(decisionActs), reassignRequest, remindRequest, denyDomain, giveDelegation, endDelegation];

import type { EventKinds } from "../engine/events/event-kind";
import { postureEvents } from "../engine/posture/event";
import { signUpEvents } from "../engine/sign-up/event";
import { taskEvents } from "../engine/tasks/event";
import { approvalEventKinds } from "./approvals/event-kinds";
import { accountEvents } from "./expiry/event";
import { incidentEvents } from "./incidents/event";
import { partnerEvents } from "./partners/event";

/** Every kind of event that leaves for the bus. A feature has its line here. */
export const eventKinds = {
  ...signUpEvents,
  ...approvalEventKinds,
  ...accountEvents,
  ...incidentEvents,
  ...partnerEvents,
  ...postureEvents,
  ...taskEvents,
} satisfies EventKinds;

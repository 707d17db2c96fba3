import type { EventKinds } from "../engine/events/event-kind";
import { taskEvents } from "./tasks/event";
import { accountEvents } from "./accounts/event";
import { approvalEventKinds } from "./approvals/event-kinds";
import { signUpEvents } from "./decisions/event";
import { worksAgainEvents } from "./inbox/event";
import { incidentEvents } from "./incidents/event";
import { partnerEvents } from "./partners/event";
import { postureEvents } from "./posture/event";

/** Every kind of event that leaves for the bus. A feature has its line here. */
export const eventKinds = {
  ...signUpEvents,
  ...approvalEventKinds,
  ...accountEvents,
  ...worksAgainEvents,
  ...incidentEvents,
  ...partnerEvents,
  ...postureEvents,
  ...taskEvents,
} satisfies EventKinds;

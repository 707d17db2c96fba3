import { type AboutRule, bothSteps } from "../../engine/about-rule";
import { onlyApplications } from "./rule";

export const about = [
  {
    order: 16,
    export: "onlyApplications",
    module: "features/only-applications/rule",
    written: 'onlyApplications(["3c9e8b7a-…"])',
    does: "blocks people of any other application, by client id. Workforce tenants do not send the application",
    steps: bothSteps,
    reasons: ["application.not-allowed"],
    findings: [],
    fullest: onlyApplications(["3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33"]),
  },
] as const satisfies readonly AboutRule[];

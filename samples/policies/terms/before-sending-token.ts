import { beforeSendingToken, termsDue } from "entra-gatehouse";
import { currentTerms } from "./current-terms";

/** Applications learn who has not accepted the current version. */
export default beforeSendingToken([termsDue(currentTerms)]);

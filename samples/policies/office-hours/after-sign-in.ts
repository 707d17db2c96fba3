import { afterSignIn } from "entra-gatehouse";
import { officeHours } from "./office-hours";

export default afterSignIn([officeHours]);

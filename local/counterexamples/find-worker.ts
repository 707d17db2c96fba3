import { PolicyError } from "../../lib/policy-folder/policy-error";
import { CasesError } from "../cases/cases-error";
import { SamplesError } from "../data/samples";
import { takeJobs } from "../policies/take-jobs";
import { findIn } from "./find";

takeJobs(findIn, [PolicyError, CasesError, SamplesError]);

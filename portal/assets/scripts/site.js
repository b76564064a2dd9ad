// What scripts add to pages that already work without them: each component looks for its own marks.
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs";
import { PasswordInput } from "govuk-frontend/dist/govuk/components/password-input/password-input.mjs";
import { ServiceNavigation } from "govuk-frontend/dist/govuk/components/service-navigation/service-navigation.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { createAll } from "govuk-frontend/dist/govuk/init.mjs";
import { offerCopies } from "./copying.js";
import { followProgress } from "./progress.js";
import { suggestInFields } from "./suggesting.js";
import { openTreesInPlace } from "./tree.js";

// The components ask for this class, which their own page template sets inline; the policy lets no inline script run.
document.body.classList.add("js-enabled", "govuk-frontend-supported");

for (const component of [Button, ErrorSummary, NotificationBanner, PasswordInput, ServiceNavigation, SkipLink]) {
  createAll(component);
}

followProgress();
offerCopies();
openTreesInPlace();
suggestInFields();

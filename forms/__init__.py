"""A questionnaire as data, and the WTForms form that asks it."""

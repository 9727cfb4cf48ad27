"""A contract in force keeps its text, and its payments always add up to its amount."""

from django.db import migrations

from workflow.guard import GuardStatus

LOCKED = """
CREATE FUNCTION contracts_contract_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'drafting' AND
     (NEW.title, NEW.amount, NEW.ownership, NEW.ownership_terms, NEW.content, NEW.acceptance, NEW.confidentiality, NEW.starts_on, NEW.ends_on,
      NEW.party_a_id, NEW.party_b_id, NEW.team_id) IS DISTINCT FROM
     (OLD.title, OLD.amount, OLD.ownership, OLD.ownership_terms, OLD.content, OLD.acceptance, OLD.confidentiality, OLD.starts_on, OLD.ends_on,
      OLD.party_a_id, OLD.party_b_id, OLD.team_id) THEN
    RAISE EXCEPTION 'contract %: its terms are locked while it is %', OLD.id, OLD.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER contract_locked BEFORE UPDATE ON contracts_contract
  FOR EACH ROW EXECUTE FUNCTION contracts_contract_locked();

CREATE FUNCTION contracts_plan_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held text;
BEGIN
  SELECT status INTO held FROM contracts_contract WHERE id = COALESCE(NEW.contract_id, OLD.contract_id);
  IF held IS DISTINCT FROM 'drafting' AND (TG_OP <> 'UPDATE' OR
     (to_jsonb(NEW) -> 'amount', NEW.title, NEW.due_date, NEW.contract_id) IS DISTINCT FROM
     (to_jsonb(OLD) -> 'amount', OLD.title, OLD.due_date, OLD.contract_id)) THEN
    RAISE EXCEPTION 'the plan of a contract is locked while the contract is %', held USING ERRCODE = 'check_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER milestone_locked BEFORE INSERT OR UPDATE OR DELETE ON contracts_milestone
  FOR EACH ROW EXECUTE FUNCTION contracts_plan_locked();
CREATE TRIGGER payment_locked BEFORE INSERT OR UPDATE OR DELETE ON contracts_payment
  FOR EACH ROW EXECUTE FUNCTION contracts_plan_locked();

CREATE FUNCTION contracts_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status IN ('offered', 'performing', 'completed') AND
     (SELECT COALESCE(sum(amount), 0) FROM contracts_payment WHERE contract_id = NEW.id) <> NEW.amount THEN
    RAISE EXCEPTION 'contract %: the payments do not add up to the amount', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER contract_adds_up AFTER UPDATE OF status ON contracts_contract
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contracts_adds_up();
"""

UNDO = """
DROP TRIGGER contract_adds_up ON contracts_contract; DROP FUNCTION contracts_adds_up();
DROP TRIGGER payment_locked ON contracts_payment; DROP TRIGGER milestone_locked ON contracts_milestone;
DROP FUNCTION contracts_plan_locked();
DROP TRIGGER contract_locked ON contracts_contract; DROP FUNCTION contracts_contract_locked();
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]

    operations = [
        GuardStatus("contract", "contracts_contract"),
        GuardStatus("milestone", "contracts_milestone"),
        GuardStatus("payment", "contracts_payment"),
        migrations.RunSQL(LOCKED, UNDO),
    ]

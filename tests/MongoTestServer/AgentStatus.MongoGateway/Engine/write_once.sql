-- What the gateway adds to the database, so that a retried write answers as it first did, as in a replica set
-- (https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md). A session's last
-- answer commits together with the write that it tells of: a gateway or a database that dies between them loses both.
create schema if not exists agentstatus_gateway;

create table if not exists agentstatus_gateway.last_answers
(
    session bytea primary key,
    number bigint not null,
    answer bytea not null
);

create or replace function agentstatus_gateway.write(command text, db text, spec bytea, documents bytea)
returns bytea language plpgsql as $$
begin
    return case command
        when 'insert' then (select p_result::bytea from documentdb_api.insert(
            db, spec::documentdb_core.bson, documents::documentdb_core.bsonsequence))
        when 'update' then (select p_result::bytea from documentdb_api.update(
            db, spec::documentdb_core.bson, documents::documentdb_core.bsonsequence))
        when 'delete' then (select p_result::bytea from documentdb_api.delete(
            db, spec::documentdb_core.bson, documents::documentdb_core.bsonsequence))
        else (select p_result::bytea from documentdb_api.find_and_modify(db, spec::documentdb_core.bson))
    end;
end $$;

create or replace function agentstatus_gateway.write_once(
    command text, db text, spec bytea, documents bytea, of_session bytea, of_number bigint)
returns bytea language plpgsql as $$
declare
    last agentstatus_gateway.last_answers;
    result bytea;
begin
    -- A retry may come while the first try still runs: it waits here for the first one's answer.
    perform pg_advisory_xact_lock(hashtextextended(encode(of_session, 'hex'), 0));
    select * into last from agentstatus_gateway.last_answers a where a.session = of_session;
    if last.number = of_number then
        return last.answer;
    end if;
    if last.number > of_number then
        -- TransactionTooOld, in the engine's way of writing its codes.
        raise exception 'a newer write of the session has been answered' using errcode = 'M00F5';
    end if;
    result := agentstatus_gateway.write(command, db, spec, documents);
    insert into agentstatus_gateway.last_answers as a (session, number, answer)
        values (of_session, of_number, result)
        on conflict (session) do update set number = excluded.number, answer = excluded.answer;
    return result;
end $$;

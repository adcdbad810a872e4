"""The first tables."""

import sqlalchemy as sa
from alembic import op

from foundation.db import UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


FTS5 = (
    """CREATE VIRTUAL TABLE segments_fts USING fts5(
        folded, content='segments', content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='2 3 4')""",
    """CREATE TRIGGER segments_fts_added AFTER INSERT ON segments BEGIN
        INSERT INTO segments_fts(rowid, folded) VALUES (new.id, new.folded);
    END""",
    """CREATE TRIGGER segments_fts_removed AFTER DELETE ON segments BEGIN
        INSERT INTO segments_fts(segments_fts, rowid, folded) VALUES ('delete', old.id, old.folded);
    END""",
    """CREATE TRIGGER segments_fts_changed AFTER UPDATE OF folded ON segments BEGIN
        INSERT INTO segments_fts(segments_fts, rowid, folded) VALUES ('delete', old.id, old.folded);
        INSERT INTO segments_fts(rowid, folded) VALUES (new.id, new.folded);
    END""",
)
TSVECTOR = (
    """ALTER TABLE segments ADD COLUMN folded_words tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED""",
    "CREATE INDEX ix_segments_folded_words ON segments USING gin (folded_words)",
)


def create_search() -> None:
    """The full-text search, kept by the database itself."""
    connection = op.get_bind()
    for statement in FTS5 if connection.dialect.name == "sqlite" else TSVECTOR:
        connection.exec_driver_sql(statement)


def drop_search() -> None:
    """FTS5's table goes first; the column of PostgreSQL goes with its table."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE segments_fts")


def upgrade() -> None:
    op.create_table('agent_state_log',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=64), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('reservation_id', sa.String(length=34), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agent_state_log'))
    )
    with op.batch_alter_table('agent_state_log', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agent_state_log_agent_id'), ['agent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agent_state_log_at'), ['at'], unique=False)

    op.create_table('agents',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('skills', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=64), nullable=False),
    sa.Column('next_reason', sa.String(length=64), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('idle_since', UtcDateTime(), nullable=True),
    sa.Column('heartbeat_at', UtcDateTime(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agents'))
    )
    with op.batch_alter_table('agents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agents_state'), ['state'], unique=False)

    op.create_table('audit',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('what', sa.String(length=48), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_subject'), ['subject'], unique=False)

    op.create_table('calls',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('carrier_sid', sa.String(length=34), nullable=True),
    sa.Column('direction', sa.String(length=16), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('caller', sa.String(length=64), nullable=False),
    sa.Column('dialled', sa.String(length=64), nullable=False),
    sa.Column('caller_name', sa.String(length=120), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('site', sa.String(length=64), nullable=False),
    sa.Column('flow', sa.String(length=64), nullable=False),
    sa.Column('flow_version', sa.String(length=64), nullable=False),
    sa.Column('queue', sa.String(length=64), nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=True),
    sa.Column('outcome', sa.String(length=32), nullable=False),
    sa.Column('disposition', sa.String(length=64), nullable=False),
    sa.Column('consent', sa.Boolean(), nullable=True),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calls')),
    sa.UniqueConstraint('carrier_sid', name=op.f('uq_calls_carrier_sid'))
    )
    with op.batch_alter_table('calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calls_agent_id'), ['agent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_calls_caller'), ['caller'], unique=False)
        batch_op.create_index(batch_op.f('ix_calls_started_at'), ['started_at'], unique=False)

    op.create_table('desk_notes',
    sa.Column('reservation_id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('reservation_id', name=op.f('pk_desk_notes'))
    )
    with op.batch_alter_table('desk_notes', schema=None) as batch_op:
        batch_op.create_index('ix_desk_notes_call_id', ['call_id'], unique=False)

    op.create_table('outbox',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('kind', sa.String(length=48), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('last_error', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_done_at'), ['done_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_due_at'), ['due_at'], unique=False)

    op.create_table('promises',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=True),
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('queue', sa.String(length=64), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('chosen_time', sa.Boolean(), nullable=False),
    sa.Column('place', UtcDateTime(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.String(length=34), nullable=True),
    sa.Column('last_result', sa.String(length=24), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promises'))
    )
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_promises_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_promises_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_promises_number'), ['number'], unique=False)
        batch_op.create_index('ix_promises_state_due_at', ['state', 'due_at'], unique=False)
        batch_op.create_index('uq_promises_open_number_queue', ['number', 'queue'], unique=True, sqlite_where=sa.text("state NOT IN ('kept', 'given_up', 'cancelled')"), postgresql_where=sa.text("state NOT IN ('kept', 'given_up', 'cancelled')"))

    op.create_table('queue_entries',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=True),
    sa.Column('queue', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('promise_id', sa.String(length=34), nullable=True),
    sa.Column('rings', sa.JSON(), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('priority', sa.Double(), nullable=False),
    sa.Column('preferred_agent', sa.String(length=64), nullable=False),
    sa.Column('ring_time', sa.Double(), nullable=False),
    sa.Column('arrived_at', UtcDateTime(), nullable=False),
    sa.Column('place', UtcDateTime(), nullable=False),
    sa.Column('max_wait_at', UtcDateTime(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.Column('left_at', UtcDateTime(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_queue_entries'))
    )
    with op.batch_alter_table('queue_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_queue_entries_arrived_at'), ['arrived_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_queue_entries_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_queue_entries_promise_id'), ['promise_id'], unique=False)
        batch_op.create_index('ix_queue_entries_queue_state_place', ['queue', 'state', 'place'], unique=False)
        batch_op.create_index(batch_op.f('ix_queue_entries_state'), ['state'], unique=False)
        batch_op.create_index('uq_queue_entries_open_call', ['call_id'], unique=True, sqlite_where=sa.text("kind = 'call' AND state IN ('waiting', 'reserved')"), postgresql_where=sa.text("kind = 'call' AND state IN ('waiting', 'reserved')"))
        batch_op.create_index('uq_queue_entries_open_promise', ['promise_id'], unique=True, sqlite_where=sa.text("kind = 'callback' AND state IN ('waiting', 'reserved')"), postgresql_where=sa.text("kind = 'callback' AND state IN ('waiting', 'reserved')"))

    op.create_table('site_versions',
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('site', sa.String(length=64), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('folder', sa.String(length=400), nullable=False),
    sa.Column('published', sa.Integer(), nullable=False),
    sa.Column('published_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_site_versions'))
    )
    with op.batch_alter_table('site_versions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_versions_published'), ['published'], unique=False)

    op.create_table('users',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('login', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('password_hash', sa.String(length=255), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('failed_count', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('last_login_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("role in ('agent', 'supervisor', 'designer', 'admin')", name=op.f('ck_users_ck_users_role')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('login', name='uq_users_login')
    )
    op.create_table('browser_sessions',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.String(length=40), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('active_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='fk_browser_sessions_user_id'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_browser_sessions'))
    )
    with op.batch_alter_table('browser_sessions', schema=None) as batch_op:
        batch_op.create_index('ix_browser_sessions_user_id', ['user_id'], unique=False)

    op.create_table('call_events',
    sa.Column('seq', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('step', sa.String(length=48), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_call_events_call_id_calls')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_call_events')),
    sa.UniqueConstraint('call_id', 'step', name='uq_call_events_step')
    )
    op.create_table('call_sessions',
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('site_version', sa.String(length=64), nullable=False),
    sa.Column('state', sa.JSON(), nullable=False),
    sa.Column('line', sa.JSON(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_call_sessions_call_id_calls')),
    sa.PrimaryKeyConstraint('call_id', name=op.f('pk_call_sessions'))
    )
    op.create_table('dial_attempts',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('promise_id', sa.String(length=34), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('reservation_id', sa.String(length=34), nullable=False),
    sa.Column('carrier_sid', sa.String(length=34), nullable=True),
    sa.Column('recorded_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('result', sa.String(length=24), nullable=False),
    sa.ForeignKeyConstraint(['promise_id'], ['promises.id'], name=op.f('fk_dial_attempts_promise_id_promises')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dial_attempts')),
    sa.UniqueConstraint('promise_id', 'attempt', name='uq_dial_attempts_promise_attempt')
    )
    with op.batch_alter_table('dial_attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dial_attempts_number'), ['number'], unique=False)
        batch_op.create_index(batch_op.f('ix_dial_attempts_promise_id'), ['promise_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_dial_attempts_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_dial_attempts_reservation_id'), ['reservation_id'], unique=False)

    op.create_table('legs',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('carrier_sid', sa.String(length=34), nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_legs_call_id_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legs')),
    sa.UniqueConstraint('carrier_sid', name=op.f('uq_legs_carrier_sid'))
    )
    with op.batch_alter_table('legs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_legs_call_id'), ['call_id'], unique=False)

    op.create_table('meetings',
    sa.Column('reservation_id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('entry_id', sa.String(length=34), nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=False),
    sa.Column('promise_id', sa.String(length=34), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('leg_id', sa.String(length=34), nullable=False),
    sa.Column('agent_sid', sa.String(length=34), nullable=True),
    sa.Column('caller_sid', sa.String(length=34), nullable=True),
    sa.Column('agent_in', sa.Boolean(), nullable=False),
    sa.Column('caller_in', sa.Boolean(), nullable=False),
    sa.Column('document', sa.Text(), nullable=True),
    sa.Column('caller_document', sa.Text(), nullable=True),
    sa.Column('began_at', UtcDateTime(), nullable=False),
    sa.Column('connected_at', UtcDateTime(), nullable=True),
    sa.Column('held_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_meetings_call_id_calls')),
    sa.PrimaryKeyConstraint('reservation_id', name=op.f('pk_meetings')),
    sa.UniqueConstraint('leg_id', name=op.f('uq_meetings_leg_id'))
    )
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meetings_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meetings_promise_id'), ['promise_id'], unique=False)

    op.create_table('recordings',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('carrier_sid', sa.String(length=34), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('queue', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('channels', sa.Integer(), nullable=False),
    sa.Column('seconds', sa.Float(), nullable=False),
    sa.Column('told_seconds', sa.Float(), nullable=True),
    sa.Column('bytes', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('path', sa.String(length=160), nullable=False),
    sa.Column('peaks', sa.JSON(), nullable=False),
    sa.Column('problem', sa.String(length=64), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=True),
    sa.Column('stored_at', UtcDateTime(), nullable=True),
    sa.Column('retry_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_recordings_call_id_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recordings')),
    sa.UniqueConstraint('carrier_sid', name=op.f('uq_recordings_carrier_sid'))
    )
    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recordings_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_recordings_queue'), ['queue'], unique=False)
        batch_op.create_index(batch_op.f('ix_recordings_retry_at'), ['retry_at'], unique=False)

    op.create_table('reservations',
    sa.Column('id', sa.String(length=34), nullable=False),
    sa.Column('entry_id', sa.String(length=34), nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=False),
    sa.Column('queue', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=True),
    sa.Column('accepted_at', UtcDateTime(), nullable=True),
    sa.Column('connected_at', UtcDateTime(), nullable=True),
    sa.Column('hung_up_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('reason', sa.String(length=120), nullable=False),
    sa.Column('disposition', sa.String(length=64), nullable=False),
    sa.Column('notes', sa.String(length=2000), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_reservations_agent_id_agents')),
    sa.ForeignKeyConstraint(['entry_id'], ['queue_entries.id'], name=op.f('fk_reservations_entry_id_queue_entries')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reservations'))
    )
    with op.batch_alter_table('reservations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reservations_agent_id'), ['agent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reservations_ended_at'), ['ended_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_reservations_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reservations_queue'), ['queue'], unique=False)
        batch_op.create_index('ix_reservations_state_expires_at', ['state', 'expires_at'], unique=False)
        batch_op.create_index('uq_reservations_open_agent', ['agent_id'], unique=True, sqlite_where=sa.text("state IN ('pending', 'accepted', 'wrapping')"), postgresql_where=sa.text("state IN ('pending', 'accepted', 'wrapping')"))
        batch_op.create_index('uq_reservations_open_entry', ['entry_id'], unique=True, sqlite_where=sa.text("state IN ('pending', 'accepted')"), postgresql_where=sa.text("state IN ('pending', 'accepted')"))

    op.create_table('segments',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('call_id', sa.String(length=34), nullable=False),
    sa.Column('leg', sa.String(length=34), nullable=False),
    sa.Column('speaker', sa.String(length=16), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('start_ms', sa.Integer(), nullable=False),
    sa.Column('end_ms', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('folded', sa.Text(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.Column('model', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], name=op.f('fk_segments_call_id_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_segments')),
    sa.UniqueConstraint('call_id', 'speaker', 'leg', 'seq', name='uq_segments_place')
    )
    with op.batch_alter_table('segments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_segments_call_id'), ['call_id'], unique=False)


    create_search()


def downgrade() -> None:
    drop_search()
    with op.batch_alter_table('segments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_segments_call_id'))

    op.drop_table('segments')
    with op.batch_alter_table('reservations', schema=None) as batch_op:
        batch_op.drop_index('uq_reservations_open_entry', sqlite_where=sa.text("state IN ('pending', 'accepted')"), postgresql_where=sa.text("state IN ('pending', 'accepted')"))
        batch_op.drop_index('uq_reservations_open_agent', sqlite_where=sa.text("state IN ('pending', 'accepted', 'wrapping')"), postgresql_where=sa.text("state IN ('pending', 'accepted', 'wrapping')"))
        batch_op.drop_index('ix_reservations_state_expires_at')
        batch_op.drop_index(batch_op.f('ix_reservations_queue'))
        batch_op.drop_index(batch_op.f('ix_reservations_entry_id'))
        batch_op.drop_index(batch_op.f('ix_reservations_ended_at'))
        batch_op.drop_index(batch_op.f('ix_reservations_agent_id'))

    op.drop_table('reservations')
    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recordings_retry_at'))
        batch_op.drop_index(batch_op.f('ix_recordings_queue'))
        batch_op.drop_index(batch_op.f('ix_recordings_call_id'))

    op.drop_table('recordings')
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meetings_promise_id'))
        batch_op.drop_index(batch_op.f('ix_meetings_call_id'))

    op.drop_table('meetings')
    with op.batch_alter_table('legs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_legs_call_id'))

    op.drop_table('legs')
    with op.batch_alter_table('dial_attempts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dial_attempts_reservation_id'))
        batch_op.drop_index(batch_op.f('ix_dial_attempts_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_dial_attempts_promise_id'))
        batch_op.drop_index(batch_op.f('ix_dial_attempts_number'))

    op.drop_table('dial_attempts')
    op.drop_table('call_sessions')
    op.drop_table('call_events')
    with op.batch_alter_table('browser_sessions', schema=None) as batch_op:
        batch_op.drop_index('ix_browser_sessions_user_id')

    op.drop_table('browser_sessions')
    op.drop_table('users')
    with op.batch_alter_table('site_versions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_site_versions_published'))

    op.drop_table('site_versions')
    with op.batch_alter_table('queue_entries', schema=None) as batch_op:
        batch_op.drop_index('uq_queue_entries_open_promise', sqlite_where=sa.text("kind = 'callback' AND state IN ('waiting', 'reserved')"), postgresql_where=sa.text("kind = 'callback' AND state IN ('waiting', 'reserved')"))
        batch_op.drop_index('uq_queue_entries_open_call', sqlite_where=sa.text("kind = 'call' AND state IN ('waiting', 'reserved')"), postgresql_where=sa.text("kind = 'call' AND state IN ('waiting', 'reserved')"))
        batch_op.drop_index(batch_op.f('ix_queue_entries_state'))
        batch_op.drop_index('ix_queue_entries_queue_state_place')
        batch_op.drop_index(batch_op.f('ix_queue_entries_promise_id'))
        batch_op.drop_index(batch_op.f('ix_queue_entries_call_id'))
        batch_op.drop_index(batch_op.f('ix_queue_entries_arrived_at'))

    op.drop_table('queue_entries')
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.drop_index('uq_promises_open_number_queue', sqlite_where=sa.text("state NOT IN ('kept', 'given_up', 'cancelled')"), postgresql_where=sa.text("state NOT IN ('kept', 'given_up', 'cancelled')"))
        batch_op.drop_index('ix_promises_state_due_at')
        batch_op.drop_index(batch_op.f('ix_promises_number'))
        batch_op.drop_index(batch_op.f('ix_promises_entry_id'))
        batch_op.drop_index(batch_op.f('ix_promises_call_id'))

    op.drop_table('promises')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_due_at'))
        batch_op.drop_index(batch_op.f('ix_outbox_done_at'))

    op.drop_table('outbox')
    with op.batch_alter_table('desk_notes', schema=None) as batch_op:
        batch_op.drop_index('ix_desk_notes_call_id')

    op.drop_table('desk_notes')
    with op.batch_alter_table('calls', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calls_started_at'))
        batch_op.drop_index(batch_op.f('ix_calls_caller'))
        batch_op.drop_index(batch_op.f('ix_calls_agent_id'))

    op.drop_table('calls')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_subject'))
        batch_op.drop_index(batch_op.f('ix_audit_at'))

    op.drop_table('audit')
    with op.batch_alter_table('agents', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agents_state'))

    op.drop_table('agents')
    with op.batch_alter_table('agent_state_log', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agent_state_log_at'))
        batch_op.drop_index(batch_op.f('ix_agent_state_log_agent_id'))

    op.drop_table('agent_state_log')

